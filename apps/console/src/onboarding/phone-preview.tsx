'use client';
import { Button, SegmentedControl } from '@mantine/core';
import { IconThumbDown, IconThumbUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Panel } from '@/design/panel';
import { asObject, type FormObject } from '@/form/form-value';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import styles from './phone-preview.module.css';

const exampleItemQuery = graphql(`
  query ExampleItem {
    items(first: 1, filter: { status: ACTIVE }) { nodes { title categories imageUrl } }
  }
`);

/** The flow as somebody meets it on a phone, step by step. The card shows an item of the catalogue as an example. */
export function PhonePreview({ flow }: { readonly flow: FormObject }) {
  const t = useTranslations('onboarding');
  const questions: readonly unknown[] = Array.isArray(flow['questions']) ? flow['questions'] : [];
  const cards = typeof flow['cards'] === 'number' ? flow['cards'] : 0;
  const steps = questions.length + (cards > 0 ? 1 : 0);
  const [wanted, setStep] = useState(0);
  const step = Math.min(wanted, Math.max(0, steps - 1));
  const example = useQuery({
    queryKey: ['example-item'],
    queryFn: async ({ signal }) =>
      (await request(exampleItemQuery, undefined, signal)).items.nodes[0] ?? null,
    staleTime: 300_000,
  }).data;
  const question = questions[step] === undefined ? null : asObject(questions[step]);
  return (
    <Panel title={t('phone')} note={t('phoneNote')}>
      <div className={styles.phone}>
        <div className={styles.screen}>
          {steps === 0 ? (
            <p className={styles.nothing}>{t('asksNothing')}</p>
          ) : (
            <>
              <div className={styles.dots} aria-hidden>
                {Array.from({ length: steps }, (_, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: dots have no identity
                  <span key={index} data-current={index === step} />
                ))}
              </div>
              {question === null ? (
                <>
                  <p className={styles.question}>{t('cardQuestion')}</p>
                  <div className={styles.card}>
                    <span className={styles.cardTitle}>{example?.title ?? t('exampleItem')}</span>
                    <span className={styles.cardNote}>{example?.categories.slice(0, 2).join(' · ')}</span>
                  </div>
                  <div className={styles.thumbs}>
                    <span>
                      <IconThumbDown size={22} aria-hidden />
                      {t('dislike')}
                    </span>
                    <span>
                      <IconThumbUp size={22} aria-hidden />
                      {t('like')}
                    </span>
                  </div>
                  <p className={styles.count}>{t('cardOf', { count: cards })}</p>
                </>
              ) : (
                <>
                  <p className={styles.question}>
                    {typeof question['text'] === 'string' ? question['text'] : t('noText')}
                  </p>
                  <ul className={styles.options}>
                    {(Array.isArray(question['options']) ? question['options'] : []).map((option) => (
                      <li key={String(option)}>{String(option)}</li>
                    ))}
                  </ul>
                </>
              )}
              {flow['skippable'] === false ? null : <span className={styles.skip}>{t('skip')}</span>}
            </>
          )}
        </div>
      </div>
      {steps < 2 ? null : (
        <div className={styles.steps}>
          <SegmentedControl
            size="xs"
            aria-label={t('step')}
            value={String(step)}
            data={Array.from({ length: steps }, (_, index) => ({
              value: String(index),
              label: index < questions.length ? String(index + 1) : t('cards'),
            }))}
            onChange={(value) => setStep(Number(value))}
          />
          <Button size="compact-sm" variant="subtle" onClick={() => setStep((step + 1) % steps)}>
            {t('next')}
          </Button>
        </div>
      )}
    </Panel>
  );
}
