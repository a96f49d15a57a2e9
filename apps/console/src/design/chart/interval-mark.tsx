import styles from './interval-mark.module.css';

/** Shapes first, colours second: each series can be told apart in black and white. */
export type MarkShape = 'disc' | 'ring' | 'diamond' | 'good' | 'bad';

/** An interval as a bar with its estimate; positions are CSS lengths of the drawing it stands in. */
export function IntervalMark(props: {
  readonly shape: MarkShape;
  readonly low: string;
  readonly mean: string;
  readonly high: string;
}) {
  const { shape, low, mean, high } = props;
  return (
    <g className={styles[shape]}>
      <line x1={low} x2={high} y1="50%" y2="50%" className={styles.bar} />
      <svg x={mean} y="50%" overflow="visible" aria-hidden="true">
        <MarkSymbol shape={shape} />
      </svg>
    </g>
  );
}

function MarkSymbol({ shape }: { readonly shape: MarkShape }) {
  switch (shape) {
    case 'disc':
    case 'good':
      return <circle r="5" className={styles.full} />;
    case 'ring':
      return <circle r="4.5" className={styles.hollow} />;
    case 'bad':
      return <path d="M-5.5 -4.5 H5.5 L0 5.5 Z" className={styles.full} />;
    case 'diamond':
      return <path d="M0 -5.5 L5.5 0 L0 5.5 L-5.5 0 Z" className={styles.hollow} />;
  }
}

/** What each mark of a chart stands for. */
export function MarkLegend(props: {
  readonly entries: readonly { readonly shape: MarkShape; readonly label: string }[];
}) {
  return (
    <ul className={styles.legend}>
      {props.entries.map(({ shape, label }) => (
        <li key={label} className={styles.entry}>
          <svg width="26" height="14" focusable="false" aria-hidden="true">
            <IntervalMark shape={shape} low="2" mean="13" high="24" />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}
