import { type Algorithm, hash, verify } from '@node-rs/argon2';

// OWASP's second recommendation for argon2id: 19 MiB, 2 passes.
const cost = { algorithm: 2 satisfies Algorithm, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** argon2id as a PHC string; computed off the event loop. */
export const hashPassword = (password: string): Promise<string> => hash(password, cost);

/** An unknown member costs as much time as a wrong password: somebody else's hash is tried. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? nobodysHash, password);
  return matches && passwordHash !== null;
}

// Of a random password that was thrown away, at the cost above.
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$3ZzFxgHhUpB8rQgCQqJW5Q$7J7J+zqxk0UvpbSUWU8VSPI/VMIx8HAPPTTVBydYMxA';
