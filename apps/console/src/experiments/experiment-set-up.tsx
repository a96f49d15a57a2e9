'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { Panel } from '@/design/panel';
import { textOr } from '@/i18n/text-or';
import facts from '@/models/facts.module.css';
import type { ArmSettings } from './experiment-draft';
import type { Experiment } from './use-experiments';

/** What was fixed before the start. A change of any of it makes the next version. */
export function ExperimentSetUp({ experiment }: { readonly experiment: Experiment }) {
  const t = useTranslations('experiments');
  const coldness = useTranslations('coldness');
  const format = useFormatter();
  const { plan, layer, variants } = experiment;
  const percent = (value: number) => format.number(value, { style: 'percent', maximumFractionDigits: 1 });
  const metric = (key: string) => textOr(t, `metric.${key}`, key);
  const weights = variants.reduce((sum, { weight }) => sum + weight, 0);
  const date = (value: string | null) =>
    value === null ? '–' : format.dateTime(new Date(value), { dateStyle: 'medium', timeStyle: 'short' });
  const differences = ({ rulesOn, rulesOff, size, fallback, flow }: ArmSettings) =>
    [
      rulesOn.length === 0 ? null : t('differsOn', { rules: format.list(rulesOn) }),
      rulesOff.length === 0 ? null : t('differsOff', { rules: format.list(rulesOff) }),
      size == null ? null : t('differsSize', { size }),
      fallback == null ? null : t('differsFallback', { strategies: format.list(fallback) }),
      flow == null ? null : t('differsFlow', { flow }),
    ]
      .filter((part) => part !== null)
      .map((part) => ` · ${part}`)
      .join('');
  const rows: readonly (readonly [string, string])[] = [
    [t('key'), `${experiment.key} · ${t('version', { version: experiment.version })}`],
    [t('kindRow'), t(`kind.${experiment.kind}`)],
    ...(experiment.kind === 'BANDIT'
      ? [
          [
            t('banditRow'),
            t('banditText', {
              floor: percent(experiment.bandit.floor),
              minutes: experiment.bandit.everyMinutes,
            }),
          ] as const,
        ]
      : []),
    ...(experiment.placements.length === 0
      ? []
      : [[t('placements'), format.list(experiment.placements)] as const]),
    ...(experiment.onboardingFlow == null ? [] : [[t('comparedFlow'), experiment.onboardingFlow] as const]),
    ...variants.map(
      ({ name, strategyKey, strategyVersion, weight, ...more }, at) =>
        [
          t(at === 0 ? 'control' : 'arm', { name }),
          `${strategyVersion == null ? strategyKey : t('strategyVersion', { strategy: strategyKey, version: strategyVersion })} · ${percent(weights === 0 ? 0 : weight / weights)}${differences(more)}`,
        ] as const,
    ),
    [t('primary'), metric(experiment.primaryMetric)],
    ...(experiment.secondaryMetrics.length === 0
      ? []
      : [[t('secondary'), format.list(experiment.secondaryMetrics.map(metric))] as const]),
    ...experiment.guardrails.map(
      (guardrail) =>
        [
          t('guardrailOf', { metric: metric(guardrail.metric) }),
          t('guardrailMargin', { margin: percent(guardrail.margin) }),
        ] as const,
    ),
    [
      t('plan'),
      t('planText', {
        lift: percent(plan.lift),
        power: percent(plan.power),
        units: plan.unitsPerArm,
        days: plan.days,
      }),
    ],
    [
      t('stoppingRow'),
      experiment.stopping == null
        ? t('stoppingOfBandit')
        : `${t(`stopping.${experiment.stopping.rule}`)}${experiment.stopping.rule === 'BAYESIAN' ? ` · ${t('stoppingLoss', { loss: format.number(experiment.stopping.maximumLoss, { style: 'percent', maximumSignificantDigits: 3 }) })}` : ''}`,
    ],
    [t('minimumUnits'), format.number(experiment.minimumUnitsPerArm)],
    [t('unit'), t(`unitOf.${experiment.unit}`)],
    ...(experiment.coldness.length === 0
      ? []
      : [[t('only'), format.list(experiment.coldness.map((one) => coldness(one)))] as const]),
    ...(experiment.segments.length === 0
      ? []
      : [[t('onlySegments'), format.list(experiment.segments)] as const]),
    ...(experiment.holdoutShare > 0 ? [[t('holdout'), percent(experiment.holdoutShare)] as const] : []),
    ...(layer == null
      ? []
      : [
          [
            t('layer'),
            t('layerText', { key: layer.key, from: percent(layer.from), to: percent(layer.to) }),
          ] as const,
        ]),
    [t('started'), date(experiment.startedAt ?? null)],
    ...(experiment.stoppedAt == null ? [] : [[t('ended'), date(experiment.stoppedAt)] as const]),
  ];
  return (
    <Panel title={t('setUp')} note={t('setUpNote')}>
      <dl className={facts.list}>
        {rows.map(([name, value]) => (
          <div key={name} className={facts.row}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
