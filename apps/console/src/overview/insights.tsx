'use client';
import { ColdAndWarm, ServedLevels } from './cold-and-warm';
import { ExperimentsToDecide } from './experiments-to-decide';
import { NewItemExposure } from './new-item-exposure';
import styles from './overview-page.module.css';

/** How new items and new visitors fare, and what waits for a decision. Loaded after the page: nobody waits for it. */
export function Insights() {
  return (
    <div className={styles.grid}>
      <NewItemExposure />
      <ColdAndWarm />
      <ServedLevels />
      <ExperimentsToDecide />
    </div>
  );
}
