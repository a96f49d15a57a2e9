'use client';
import { useDisclosure } from '@mantine/hooks';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { consolePages } from './console-pages';
import styles from './console-shell.module.css';
import { Navigation } from './navigation';
import { useShortcuts } from './use-shortcuts';
import { useTouched } from './use-touched';

// Nobody needs the palette before they touch anything: it is fetched then, and there when it is asked for.
const CommandPalette = dynamic(() => import('./command-palette').then((module) => module.CommandPalette), {
  ssr: false,
});

const KeyboardHelp = dynamic(() => import('./keyboard-help').then((module) => module.KeyboardHelp), {
  ssr: false,
});

/** The frame around every page: navigation, palette, shortcuts. */
export function ConsoleShell({ children }: { readonly children: ReactNode }) {
  const router = useRouter();
  const [paletteOpened, palette] = useDisclosure(false);
  const [helpOpened, help] = useDisclosure(false);
  const touched = useTouched();

  useShortcuts((shortcut) => {
    switch (shortcut.kind) {
      case 'palette':
        palette.toggle();
        return true;
      case 'help':
        help.open();
        return true;
      case 'search': {
        const field = document.querySelector<HTMLInputElement>('[data-page-search]');
        if (field === null) palette.open();
        else field.focus();
        return true;
      }
      case 'go': {
        const page = consolePages.find(({ key }) => key === shortcut.key);
        if (page !== undefined) router.push(page.path);
        return page !== undefined;
      }
    }
  });

  return (
    <div className={styles.shell}>
      <Navigation onOpenPalette={palette.open} onOpenHelp={help.open} />
      <main id="content" className={styles.main} tabIndex={-1}>
        <div className={styles.page}>{children}</div>
      </main>
      {touched || paletteOpened ? (
        <CommandPalette opened={paletteOpened} onClose={palette.close} onOpenHelp={help.open} />
      ) : null}
      {touched || helpOpened ? <KeyboardHelp opened={helpOpened} onClose={help.close} /> : null}
    </div>
  );
}
