import styles from './meter.module.css';

/** A share as a bar, read out as text by its label; `of` 0 shows an empty bar, never NaN. */
export function Meter(props: {
  readonly value: number;
  readonly of: number;
  readonly label: string;
  readonly text: string;
  readonly live?: boolean;
}) {
  const share = props.of <= 0 ? 0 : Math.min(1, Math.max(0, props.value / props.of));
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={props.text}
    >
      <div
        className={styles.fill}
        data-live={props.live === true}
        style={{ clipPath: `inset(0 ${(1 - share) * 100}% 0 0 round 999px)` }}
      />
    </div>
  );
}
