import { type CompiledRules, rulesForProfile } from './compile-rules.js';
import { type ProfileFacts, profilePayload } from './profile-facts.js';

/**
 * Whether any of these rules is for a request: its placement, its time, its profile. An experiment watches those in
 * which its arms differ: where none is, every arm would have made the same list. Conditions on items are not looked
 * into, as only the ranking could tell whether they meet one.
 */
export class RuleWatch {
  acts = false;

  constructor(private readonly rules: CompiledRules) {}

  look(placement: string | null, atMs: number, profile: ProfileFacts): void {
    const open = this.rules.activeAt(placement, atMs);
    if (open.length === 0) return;
    this.acts = rulesForProfile(open, this.rules.segments, profilePayload(profile, atMs)).length > 0;
  }
}
