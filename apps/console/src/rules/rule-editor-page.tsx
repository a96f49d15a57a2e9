'use client';
import { Anchor, Skeleton } from '@mantine/core';
import { IconArrowLeft, IconFileUnknown } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { parseAsString, useQueryState } from 'nuqs';
import { Empty } from '@/design/empty';
import { PageHeader } from '@/design/page-header';
import { QueryView } from '@/design/query-view';
import { RuleKindChoice } from './rule-kind-choice';
import { useRule, useRuleKinds } from './use-rules';

const RuleEditor = dynamic(() => import('./rule-editor').then((module) => module.RuleEditor), {
  loading: () => <Skeleton height={560} aria-busy="true" />,
});

/** One rule: an existing one by its key in the address, or a new one of the kind in the address. */
export function RuleEditorPage() {
  const t = useTranslations('rules');
  const [key, setKey] = useQueryState('key', parseAsString.withDefault(''));
  const [kind, setKind] = useQueryState('kind', parseAsString.withDefault(''));
  const kinds = useRuleKinds();
  const rule = useRule(key);
  const back = (
    <Anchor component={Link} href="/cold-start" size="sm">
      <IconArrowLeft size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {t('back')}
    </Anchor>
  );
  const skeleton = <Skeleton height={560} />;
  return (
    <QueryView query={kinds} skeleton={skeleton}>
      {({ ruleKinds, ruleForm }) => {
        if (key !== '') {
          return (
            <QueryView query={rule} skeleton={skeleton}>
              {(found) =>
                found === null ? (
                  <>
                    <PageHeader above={back} title={key} />
                    <Empty
                      icon={<IconFileUnknown size={24} />}
                      title={t('missing')}
                      text={t('missingText')}
                    />
                  </>
                ) : (
                  <RuleEditor
                    key={key}
                    rule={found}
                    kind={found.kind}
                    form={ruleForm}
                    back={back}
                    onCreated={() => {}}
                  />
                )
              }
            </QueryView>
          );
        }
        if (!ruleKinds.some((one) => one.kind === kind)) {
          return <RuleKindChoice back={back} kinds={ruleKinds} onChoose={(chosen) => void setKind(chosen)} />;
        }
        return (
          <RuleEditor
            key={`new ${kind}`}
            rule={null}
            kind={kind}
            form={ruleForm}
            back={back}
            onCreated={(created) => {
              void setKind(null);
              void setKey(created);
            }}
          />
        );
      }}
    </QueryView>
  );
}
