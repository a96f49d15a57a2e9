import styles from './line-chart.module.css';
import { scaleOf } from './scale';

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  /** Ends of a band around the line. */
  readonly low?: number;
  readonly high?: number;
}

/**
 * A line with points, a band where points have one, and dashed lines at values to compare with. It takes the width it
 * is given; what must not be stretched (points, words) is placed in percent.
 */
export function LineChart(props: {
  readonly points: readonly LinePoint[];
  readonly xTicks: readonly { readonly x: number; readonly text: string }[];
  readonly format: (y: number) => string;
  /** Drawn as "no difference", and always within the axis. */
  readonly zero?: boolean;
  readonly references?: readonly { readonly y: number; readonly text: string }[];
}) {
  const { points, xTicks, references = [] } = props;
  const values = points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]);
  const scale = scaleOf([...values, ...references.map(({ y }) => y), ...(props.zero === true ? [0] : [])], 4);
  const times = [...points, ...xTicks].map(({ x }) => x);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const left = (x: number) => (last === first ? 50 : ((x - first) / (last - first)) * 100);
  const top = (y: number) => (1 - scale.place(y)) * 100;
  const path = (of: (point: LinePoint) => number, list = points) =>
    list.map((point) => `${left(point.x)} ${top(of(point))}`).join(' L');
  const hasBand = points.some(({ low }) => low !== undefined);
  const back = [...points].reverse();
  return (
    <div className={styles.chart}>
      <div className={styles.yAxis}>
        {scale.ticks.map((tick) => (
          <span key={tick} style={{ top: `${top(tick)}%` }}>
            {props.format(tick)}
          </span>
        ))}
      </div>
      <div className={styles.area}>
        <svg className={styles.drawing} focusable="false" aria-hidden="true">
          {scale.ticks.map((tick) => (
            <line
              key={tick}
              x1="0"
              x2="100%"
              y1={`${top(tick)}%`}
              y2={`${top(tick)}%`}
              className={tick === 0 && props.zero === true ? styles.zero : styles.grid}
            />
          ))}
          <svg width="100%" height="100%" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            {hasBand && points.length > 1 ? (
              <path
                d={`M${path(({ y, high }) => high ?? y)} L${path(({ y, low }) => low ?? y, back)} Z`}
                className={styles.band}
              />
            ) : null}
            <path d={`M${path(({ y }) => y)}`} className={styles.line} />
          </svg>
          {hasBand
            ? points.map(({ x, y, low, high }) => (
                <line
                  key={x}
                  x1={`${left(x)}%`}
                  x2={`${left(x)}%`}
                  y1={`${top(low ?? y)}%`}
                  y2={`${top(high ?? y)}%`}
                  className={styles.whisker}
                />
              ))
            : null}
          {references.map(({ y }) => (
            <line key={y} x1="0" x2="100%" y1={`${top(y)}%`} y2={`${top(y)}%`} className={styles.reference} />
          ))}
          {points.map(({ x, y }) => (
            <circle key={x} cx={`${left(x)}%`} cy={`${top(y)}%`} r="4" className={styles.point} />
          ))}
        </svg>
        {references.map(({ y, text }) => (
          <span key={y} className={styles.referenceText} style={{ top: `${top(y)}%` }}>
            {text}
          </span>
        ))}
        <div className={styles.xAxis}>
          {xTicks.map(({ x, text }) => (
            <span key={x} style={{ left: `${left(x)}%` }}>
              {text}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}
