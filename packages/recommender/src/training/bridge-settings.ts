import { z } from 'zod';

const share = z.number().min(0);

/** Weight of each field kernel by name. */
export const kernelWeightsSchema = z.record(z.string(), share);

/** Everything that is chosen for a catalogue by its own validation; stored with the model. */
export const bridgeSettingsSchema = z.object({
  kernels: kernelWeightsSchema,
  smoother: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('neighbours'),
      neighbours: z.number().int().min(1),
      power: z.number().positive(),
      normalisation: z.number().min(0).max(1),
    }),
    z.object({ kind: z.literal('ridge'), lambda: z.number().positive() }),
  ]),
  /** Weight of what a person did beside what collaborative filtering makes of it. */
  beta: share,
  /** Ridge of EASE. */
  lambda: z.number().positive(),
});

export type BridgeSettings = z.output<typeof bridgeSettingsSchema>;
