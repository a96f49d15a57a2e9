import { IntervalMark, type MarkShape } from './chart/interval-mark';
import type { Scale } from './chart/scale';
import styles from './drawn-interval.module.css';

/**
 * One estimate with its interval on a shared scale, a dashed line at a value to compare with, and a tick at what was
 * expected. A picture of numbers that stand beside it as text.
 */
export function DrawnInterval(props: {
  readonly scale: Scale;
  readonly shape: MarkShape;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly reference: number | null;
  readonly expected?: number;
}) {
  const x = (value: number) => `${props.scale.place(value) * 100}%`;
  return (
    <svg className={styles.drawing} focusable="false" aria-hidden="true">
      <line x1="0" x2="100%" y1="50%" y2="50%" className={styles.axis} />
      {props.reference === null ? null : (
        <line x1={x(props.reference)} x2={x(props.reference)} y1="0" y2="100%" className={styles.reference} />
      )}
      <IntervalMark shape={props.shape} low={x(props.low)} mean={x(props.mean)} high={x(props.high)} />
      {props.expected === undefined ? null : (
        <line x1={x(props.expected)} x2={x(props.expected)} y1="15%" y2="85%" className={styles.expected} />
      )}
    </svg>
  );
}
