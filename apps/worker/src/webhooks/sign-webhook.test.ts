import { expect, test } from 'vitest';
import { signWebhook } from './sign-webhook.js';

test('signs as the example of the Standard Webhooks specification', () => {
  const headers = signWebhook(
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    new Date(1_614_265_330_000),
    '{"test": 2432232314}',
  );
  expect(headers['webhook-timestamp']).toBe('1614265330');
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('signs with each secret that lives, the newest first', () => {
  const sign = (...secrets: string[]) =>
    signWebhook(secrets, 'msg_1', new Date(0), '{}')['webhook-signature'];
  expect(sign('whsec_bmV3', 'whsec_b2xk')).toBe(`${sign('whsec_bmV3')} ${sign('whsec_b2xk')}`);
});
