import { seededRandom } from '@kindling/domain';
import { expect, it } from 'vitest';
import { recommend } from './recommend.js';
import { clicks, requestFor, silentPorts, storedItem, viewOf } from './small-catalogue.fixture.js';

it('ranks the first slots the same, however many are ranked after them', async () => {
  const random = seededRandom(1);
  const view = viewOf(
    Array.from({ length: 500 }, (_, index) =>
      storedItem(`i${index}`, index + 1, { categories: [`c${Math.floor(random() * 4)}`] }),
    ),
  );
  view.applyDayCounts(
    Array.from({ length: 500 }, (_, index) => clicks(`i${index}`, 1 + Math.floor(random() * 40))),
  );
  const whole = await recommend(silentPorts(view), requestFor({}, { depth: 200 }));
  const short = await recommend(silentPorts(view), requestFor({}, { depth: 50 }));
  expect(short.slots).toHaveLength(50);
  expect(short.slots).toEqual(whole.slots.slice(0, 50));
});
