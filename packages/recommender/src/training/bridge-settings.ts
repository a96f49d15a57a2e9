import { z } from 'zod';

const share = z.number().min(0);

/** Everything that is chosen for a catalogue by its own validation; stored with the model. */
export const bridgeSettingsSchema = z.object({
  /** Weight of each field kernel by name. */
  kernels: z.record(z.string(), share),
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
