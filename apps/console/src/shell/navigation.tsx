'use client';
import { ActionIcon, Kbd, Tooltip, UnstyledButton } from '@mantine/core';
import { IconKeyboard, IconSearch } from '@tabler/icons-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { BrandMark } from '@/design/brand-mark';
import { CatalogueSwitch } from './catalogue-switch';
import { consolePages, pageOf } from './console-pages';
import { LanguageSwitch } from './language-switch';
import { MemberMenu } from './member-menu';
import styles from './navigation.module.css';
import { ThemeSwitch } from './theme-switch';

/** A side bar on wide screens; on narrow ones a top bar and tabs at the thumb. */
export function Navigation(props: { readonly onOpenPalette: () => void; readonly onOpenHelp: () => void }) {
  const t = useTranslations('shell');
  const pages = useTranslations('pages');
  const current = pageOf(usePathname());

  return (
    <nav aria-label={t('navigation')}>
      <a href="#content" className={styles.skip}>
        {t('skip')}
      </a>
      <div className={styles.bar}>
        <Link href="/" className={styles.brand} aria-label={t('home')}>
          <BrandMark size={28} />
          <span>Kindling</span>
        </Link>
        <CatalogueSwitch />
        <UnstyledButton className={styles.search} onClick={props.onOpenPalette}>
          <IconSearch size={16} aria-hidden />
          <span className={styles.searchWords}>{t('search')}</span>
          <Kbd size="xs" className={styles.searchKeys}>
            ⌘K
          </Kbd>
        </UnstyledButton>
        <div className={styles.tools}>
          <MemberMenu />
          <Tooltip label={t('keyboard')}>
            <ActionIcon
              className={styles.wideOnly}
              variant="subtle"
              color="gray"
              size={36}
              aria-label={t('keyboard')}
              onClick={props.onOpenHelp}
            >
              <IconKeyboard size={19} />
            </ActionIcon>
          </Tooltip>
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </div>
      <div className={styles.pages}>
        {consolePages.map(({ id, path, Icon }) => (
          <Link
            key={id}
            href={path}
            className={styles.link}
            aria-current={id === current ? 'page' : undefined}
          >
            <Icon size={19} stroke={1.7} aria-hidden />
            <span>{pages(id)}</span>
          </Link>
        ))}
      </div>
    </nav>
  );
}
