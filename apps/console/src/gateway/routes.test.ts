import { describe, expect, it } from 'vitest';
import { isAllowed } from './routes';

describe('the gateway', () => {
  it('lets through what the console needs', () => {
    expect(isAllowed('POST', 'admin/graphql')).toBe(true);
    expect(isAllowed('POST', 'admin/graphql/stream')).toBe(true);
    expect(isAllowed('POST', 'admin/files')).toBe(true);
    expect(isAllowed('GET', 'admin/imports/3f2a-1/rejects.csv')).toBe(true);
    expect(isAllowed('GET', 'admin/oidc/callback')).toBe(true);
  });

  it.each([
    ['GET', 'admin/graphql'],
    ['POST', 'graphql'],
    ['POST', 'admin/oidc/callback'],
    ['GET', 'admin/oidc/other'],
    ['DELETE', 'admin/files'],
    ['GET', 'admin/imports/../../health/ready'],
    ['GET', 'admin/imports/a/b/rejects.csv'],
    ['POST', 'admin/graphql/../files'],
    ['GET', 'health/ready'],
  ])('reaches nothing else of the API: %s /%s', (method, path) => {
    expect(isAllowed(method, path)).toBe(false);
  });
});
