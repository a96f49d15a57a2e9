import { queryOptions } from '@tanstack/react-query';
import { graphql } from '@/generated';
import type { DayZeroCalibrationQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';

const calibrationQuery = graphql(`
  query DayZeroCalibration {
    dayZeroCalibration {
      items impressions calibrationError brierScore
      bins { expected observed low high items impressions }
    }
  }
`);

export type Calibration = DayZeroCalibrationQuery['dayZeroCalibration'];

export const calibrationOptions = queryOptions({
  queryKey: ['day-zero-calibration'],
  queryFn: async ({ signal }) => (await request(calibrationQuery, undefined, signal)).dayZeroCalibration,
  staleTime: 60_000,
});

/** The click rate of all items that were on trial, 0 to 1; null while none was shown. */
export function overallRate(calibration: Calibration | undefined): number | null {
  if (calibration === undefined || calibration.impressions === 0) return null;
  const clicks = calibration.bins.reduce((sum, bin) => sum + bin.observed * bin.impressions, 0);
  return clicks / calibration.impressions;
}
