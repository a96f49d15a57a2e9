/**
 * A similarity of items by one of their fields, non-negative, 1 of an item with itself. A sum of such kernels with
 * non-negative weights is one again: that is how title, text, makers, year and vector come together, and how a new
 * channel joins them.
 */
export interface FieldKernel {
  readonly name: string;
  /** Similarities of the items `left` to the items `right`, dense [left x right]. */
  between(left: Int32Array, right: Int32Array): Promise<Float32Array>;
}

/** A field of which fewer items say something is no basis for a kernel. */
export const leastShare = 0.2;
