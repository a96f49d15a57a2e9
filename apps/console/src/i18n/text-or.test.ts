import { createTranslator } from 'next-intl';
import { expect, it } from 'vitest';
import en from '../messages/en.json' with { type: 'json' };
import zh from '../messages/zh-CN.json' with { type: 'json' };
import { textOr } from './text-or';

const chinese = createTranslator({ locale: 'zh-CN', messages: zh });
const english = createTranslator({ locale: 'en', messages: en });

it.each([
  'overview.device.cpu',
  'keys.scopes.recommend',
  'keys.scopes.track',
  'keys.scopes.merge',
  'keys.scopes.manage',
  'audit.actions.key.create',
  'audit.actions.profile.upsert',
  'audit.details.scopes',
])('%s, a word of the API, is said in the language of the page', (key) => {
  expect(textOr(chinese, key, 'raw')).toMatch(/\p{Script=Han}/u);
  expect(textOr(english, key, 'raw')).not.toBe('raw');
});

it('a word that is not known is shown as the API says it', () => {
  expect(textOr(chinese, 'audit.actions.moon.land', 'moon.land')).toBe('moon.land');
});
