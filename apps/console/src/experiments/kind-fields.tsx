'use client';
import { NativeSelect, NumberInput } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { type ExperimentDraft, ofKind } from './experiment-draft';
import styles from './experiment-form.module.css';

const kinds = ['AB', 'BANDIT', 'INTERLEAVING'] as const;

/** How arms are compared, and what a bandit may do with their shares. */
export function KindFields(props: {
  readonly draft: ExperimentDraft;
  readonly onChange: (draft: ExperimentDraft) => void;
}) {
  const { draft, onChange } = props;
  const t = useTranslations('experiments');
  const { bandit } = draft;
  return (
    <div className={styles.wide}>
      <NativeSelect
        label={t('kindRow')}
        description={t(`kindHelp.${draft.kind}`)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={draft.kind}
        onChange={({ currentTarget }) =>
          onChange(ofKind(draft, kinds.find((kind) => kind === currentTarget.value) ?? 'AB'))
        }
        data={kinds.map((value) => ({ value, label: t(`kind.${value}`) }))}
      />
      {draft.kind === 'BANDIT' ? (
        <div className={styles.numbers} style={{ marginTop: 16 }}>
          <NumberInput
            label={t('banditFloor')}
            description={t('banditFloorNote')}
            suffix=" %"
            min={0}
            max={50}
            value={Number((100 * bandit.floor).toPrecision(4))}
            onChange={(value) => onChange({ ...draft, bandit: { ...bandit, floor: Number(value) / 100 } })}
          />
          <NumberInput
            label={t('banditEvery')}
            description={t('banditEveryNote')}
            min={1}
            max={10_080}
            allowDecimal={false}
            value={bandit.everyMinutes}
            onChange={(value) => onChange({ ...draft, bandit: { ...bandit, everyMinutes: Number(value) } })}
          />
        </div>
      ) : null}
    </div>
  );
}
