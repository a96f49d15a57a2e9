/**
 * The k-th largest value (k from 1), by quickselect on a copy: a sort would cost most of the time of whoever keeps the
 * best few of many.
 */
export function kthLargest(values: Float32Array, k: number): number {
  const work = new Float32Array(values);
  const wanted = work.length - k;
  let low = 0;
  let high = work.length - 1;
  while (low < high) {
    const pivot = work[(low + high) >> 1] as number;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((work[left] as number) < pivot) left++;
      while ((work[right] as number) > pivot) right--;
      if (left > right) break;
      const value = work[left] as number;
      work[left++] = work[right] as number;
      work[right--] = value;
    }
    if (wanted <= right) high = right;
    else if (wanted >= left) low = left;
    else break;
  }
  return work[wanted] ?? Number.NEGATIVE_INFINITY;
}
