import type en from '../messages/en.json';
import type { Locale as ConsoleLocale } from './locale';

declare module 'next-intl' {
  interface AppConfig {
    Messages: typeof en;
    Locale: ConsoleLocale;
  }
}
