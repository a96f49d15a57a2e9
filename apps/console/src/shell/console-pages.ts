import {
  IconBrain,
  IconCompass,
  IconFlask,
  IconLayoutDashboard,
  IconPackages,
  IconSettings,
  IconSnowflake,
} from '@tabler/icons-react';

/**
 * The pages of the navigation, in its order. `key` is the second key of its shortcut (`g` then it), and `also` are
 * paths that belong to it. A page is listed when it works, not before.
 */
export const consolePages = [
  { id: 'overview', path: '/', key: 'o', Icon: IconLayoutDashboard },
  { id: 'catalogue', path: '/catalogue', key: 'c', Icon: IconPackages },
  { id: 'coldStart', path: '/cold-start', key: 'r', Icon: IconSnowflake },
  { id: 'preview', path: '/preview', key: 'p', Icon: IconCompass },
  { id: 'experiments', path: '/experiments', key: 'e', Icon: IconFlask },
  { id: 'models', path: '/models', key: 'm', Icon: IconBrain },
  { id: 'system', path: '/system', key: 's', Icon: IconSettings },
] as const;

export type ConsolePageId = (typeof consolePages)[number]['id'];

export function pageOf(pathname: string): ConsolePageId | undefined {
  return consolePages.find(({ path }) =>
    path === '/' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`),
  )?.id;
}
