import type { z } from 'zod';

/** Answers the input of one kind of vector, as it was read from a file. Throws a RangeError that says what is wrong. */
export type Kind = (input: unknown) => object;

/** A kind from the shape of its input and the formula. */
export function kind<Shape extends z.ZodType>(
  shape: Shape,
  answer: (input: z.output<Shape>) => object,
): Kind {
  return (input) => {
    const parsed = shape.safeParse(input);
    if (parsed.success) return answer(parsed.data);
    const problems = parsed.error.issues.map(({ path, message }) => `input.${path.join('.')}: ${message}`);
    throw new RangeError(problems.join('; '));
  };
}
