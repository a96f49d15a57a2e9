'use client';
import { useFormatter, useTranslations } from 'next-intl';
import styles from './ledger.module.css';
import type { PreviewEdge } from './slot';
import { waterfall } from './waterfall';

/**
 * The terms whose sum is the score, as a waterfall that is also a table: the numbers stand beside the bars, so no
 * one has to read lengths or colours.
 */
export function Ledger(props: { readonly edge: PreviewEdge; readonly range: readonly [number, number] }) {
  const t = useTranslations('preview');
  const terms = useTranslations('terms');
  const format = useFormatter();
  const { ledger, score } = props.edge;
  const bars = waterfall(ledger);
  const [low, high] = props.range;
  const place = (from: number, to: number) => ({
    left: `${((Math.min(from, to) - low) / (high - low)) * 100}%`,
    width: `${(Math.abs(to - from) / (high - low)) * 100}%`,
  });
  const signed = (value: number) =>
    format.number(value, { minimumFractionDigits: 3, maximumFractionDigits: 3, signDisplay: 'exceptZero' });
  const name = (term: string) => (terms.has(term as 'interest') ? terms(term as 'interest') : term);
  const largest = [...ledger].sort((a, b) => Math.abs(b.value) - Math.abs(a.value))[0];

  return (
    <div className={styles.ledger}>
      <table className={styles.table}>
        <caption>
          {largest === undefined
            ? t('ledger')
            : t('ledgerSummary', { term: name(largest.term), value: signed(largest.value) })}
        </caption>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t('term')}</th>
            <th scope="col">{t('contribution')}</th>
            <th scope="col">{t('value')}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ term, value, from, to }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a term may occur twice, its place tells them apart
            <tr key={index}>
              <th scope="row">
                {name(term)}
                {ledger[index]?.detail == null ? null : (
                  <span className={styles.detail}>{ledger[index].detail}</span>
                )}
              </th>
              <td className={styles.lane}>
                <span className={styles.zero} style={{ left: place(0, 0).left }} />
                <span className={styles.bar} data-negative={value < 0} style={place(from, to)} />
              </td>
              <td className={styles.value}>{signed(value)}</td>
            </tr>
          ))}
          <tr className={styles.total}>
            <th scope="row">{t('score')}</th>
            <td className={styles.lane}>
              <span className={styles.zero} style={{ left: place(0, 0).left }} />
              <span className={styles.sum} style={place(0, score)} />
            </td>
            <td className={styles.value}>
              {format.number(score, { minimumFractionDigits: 3, maximumFractionDigits: 3 })}
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}
