import type { CSSProperties, ReactNode } from 'react';
import { IntervalMark, type MarkShape } from './interval-mark';
import styles from './interval-plot.module.css';
import { scaleOf } from './scale';

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface IntervalLine {
  readonly id: string;
  readonly shape: MarkShape;
  /** Null: nothing could be said; `text` says why. */
  readonly interval: Interval | null;
  readonly text: ReactNode;
}

export interface IntervalGroup {
  readonly id: string;
  readonly label: ReactNode;
  readonly note?: ReactNode;
  readonly lines: readonly IntervalLine[];
}

/**
 * Estimates with their intervals on one axis, a group of lines for each thing that is measured. A line across all of
 * them stands at `reference` (what "no difference" means), another, dashed, at each of `limits`.
 */
export function IntervalPlot(props: {
  readonly groups: readonly IntervalGroup[];
  readonly format: (value: number) => string;
  readonly reference?: number;
  readonly limits?: readonly number[];
  /** The axis goes no further; longer intervals run into its edge. */
  readonly bounds?: readonly [number, number];
  /** Of the words beside each line, in pixels. */
  readonly textWidth?: number;
}) {
  const {
    groups,
    format,
    reference,
    limits = [],
    textWidth,
    bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  } = props;
  const values = groups.flatMap(({ lines }) =>
    lines.flatMap(({ interval }) => (interval === null ? [] : [interval.low, interval.high])),
  );
  const shown = [...values, ...(reference === undefined ? [] : [reference]), ...limits];
  const scale = scaleOf(
    shown.map((value) => Math.min(bounds[1], Math.max(bounds[0], value))),
    4,
  );
  const x = (value: number) => `${scale.place(value) * 100}%`;
  const grid = (
    <>
      {scale.ticks.map((tick) => (
        <line key={tick} x1={x(tick)} x2={x(tick)} y1="0" y2="100%" className={styles.grid} />
      ))}
      {limits.map((limit) => (
        <line key={limit} x1={x(limit)} x2={x(limit)} y1="0" y2="100%" className={styles.limit} />
      ))}
      {reference === undefined ? null : (
        <line x1={x(reference)} x2={x(reference)} y1="0" y2="100%" className={styles.reference} />
      )}
    </>
  );
  return (
    <div className={styles.plot} style={textWidth === undefined ? {} : cssOf(textWidth)}>
      {groups.map(({ id, label, note, lines }) => (
        <div key={id} className={styles.group}>
          <div className={styles.label}>
            {label}
            {note === undefined ? null : <span className={styles.note}>{note}</span>}
          </div>
          <div className={styles.lines}>
            {lines.map((line) => (
              <div key={line.id} className={styles.line}>
                <svg className={styles.drawing} focusable="false" aria-hidden="true">
                  {grid}
                  {line.interval === null ? null : (
                    <IntervalMark
                      shape={line.shape}
                      low={x(line.interval.low)}
                      mean={x(line.interval.mean)}
                      high={x(line.interval.high)}
                    />
                  )}
                </svg>
                <span className={styles.text}>{line.text}</span>
              </div>
            ))}
          </div>
        </div>
      ))}
      <div className={styles.group}>
        <div className={styles.label} />
        <div className={styles.lines}>
          <div className={styles.line}>
            <div className={styles.axis}>
              {scale.ticks.map((tick) => (
                <span key={tick} className={styles.tick} style={{ left: x(tick) }}>
                  {format(tick)}
                </span>
              ))}
            </div>
            <span className={styles.text} />
          </div>
        </div>
      </div>
    </div>
  );
}

const cssOf = (textWidth: number) => ({ '--text-width': `${textWidth}px` }) as CSSProperties;
