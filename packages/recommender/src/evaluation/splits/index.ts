import type { SplitName, Splitter } from '../evaluation-task.js';
import { coldItems } from './cold-items.js';
import { coldUsers } from './cold-users.js';
import { onboarding } from './onboarding.js';
import { published } from './published.js';
import { temporal } from './temporal.js';
import { overall, warm } from './whole-catalogue.js';

export const splitters: Readonly<Record<SplitName, Splitter>> = {
  'cold-items': coldItems,
  'cold-users': coldUsers,
  onboarding,
  temporal,
  published,
  overall,
  warm,
};
