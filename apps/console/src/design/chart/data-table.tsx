import type { ReactNode } from 'react';
import styles from './data-table.module.css';

/** Rows of figures. The first column names the row, the others are numbers. It scrolls within itself when narrow. */
export function DataTable(props: {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that may scroll must be reachable by keyboard
    <section className={styles.frame} aria-label={props.label} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map(([name, ...values], row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own, and none of them moves
            <tr key={row}>
              <th scope="row">{name}</th>
              {values.map((value, column) => (
                <td key={props.columns[column + 1]}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
