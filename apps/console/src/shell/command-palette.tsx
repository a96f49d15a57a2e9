'use client';
import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import {
  IconBookmark,
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconPackage,
  IconSearch,
  IconUpload,
} from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useState } from 'react';
import { useItemSearch } from '@/catalogue/use-item-search';
import { useItemViews, viewPath } from '@/catalogue/use-item-views';
import { useSignOut } from '@/session/session';
import { consolePages } from './console-pages';
import { chooseLanguage } from './language';

interface Command {
  readonly id: string;
  readonly label: string;
  readonly icon: ReactNode;
  readonly run: () => void;
}

const [store, palette] = createSpotlight();

/** Everything the console can do, and every item, behind ⌘K. */
export function CommandPalette(props: {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onOpenHelp: () => void;
}) {
  const t = useTranslations('palette');
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(text.trim(), 200);
  const items = useItemSearch(wanted, { enabled: props.opened });
  const router = useRouter();
  const commands = useCommands(props.onOpenHelp, props.opened).filter(({ label }) =>
    label.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase()),
  );
  const found = wanted === '' ? [] : (items.data ?? []);

  useEffect(() => {
    if (props.opened) palette.open();
    else palette.close();
  }, [props.opened]);

  return (
    <Spotlight.Root
      store={store}
      query={text}
      onQueryChange={setText}
      onSpotlightClose={props.onClose}
      shortcut={null}
      clearQueryOnClose
      centered={false}
      yOffset="12dvh"
      overlayProps={{ blur: 0, backgroundOpacity: 0.45 }}
      attributes={{ content: { 'aria-label': t('title') } }}
      scrollable
      maxHeight={420}
    >
      <Spotlight.Search
        placeholder={t('placeholder')}
        aria-label={t('placeholder')}
        leftSection={<IconSearch size={18} />}
      />
      <Spotlight.ActionsList>
        {commands.length === 0 ? null : (
          <Spotlight.ActionsGroup label={t('commands')}>
            {commands.map(({ id, label, icon, run }) => (
              <Spotlight.Action key={id} label={label} leftSection={icon} onClick={run} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {found.length === 0 ? null : (
          <Spotlight.ActionsGroup label={t('items')}>
            {found.map((item) => (
              <Spotlight.Action
                key={item.id}
                label={item.title}
                description={item.categories.join(' · ')}
                leftSection={<IconPackage size={18} aria-hidden />}
                onClick={() => router.push(`/catalogue?item=${encodeURIComponent(item.id)}`)}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {commands.length + found.length === 0 ? (
          <Spotlight.Empty>{items.isFetching ? t('searching') : t('nothing')}</Spotlight.Empty>
        ) : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function useCommands(onOpenHelp: () => void, opened: boolean): readonly Command[] {
  const views = useItemViews(opened).data ?? [];
  const t = useTranslations('palette');
  const pages = useTranslations('pages');
  const router = useRouter();
  const locale = useLocale();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const signOut = useSignOut();
  const size = 18;
  return [
    ...consolePages.map(({ id, path, Icon }) => ({
      id,
      label: pages(id),
      icon: <Icon size={size} aria-hidden />,
      run: () => router.push(path),
    })),
    ...views.map(({ name, filters }) => ({
      id: `view/${name}`,
      label: t('view', { name }),
      icon: <IconBookmark size={size} aria-hidden />,
      run: () => router.push(viewPath(filters)),
    })),
    {
      id: 'import',
      label: t('import'),
      icon: <IconUpload size={size} aria-hidden />,
      run: () => router.push('/catalogue/import'),
    },
    {
      id: 'theme',
      label: scheme === 'dark' ? t('light') : t('dark'),
      icon: <IconMoon size={size} aria-hidden />,
      run: () => setColorScheme(scheme === 'dark' ? 'light' : 'dark'),
    },
    {
      id: 'language',
      label: t('otherLanguage'),
      icon: <IconLanguage size={size} aria-hidden />,
      run: () => {
        chooseLanguage(locale === 'en' ? 'zh-CN' : 'en');
        router.refresh();
      },
    },
    { id: 'keyboard', label: t('keyboard'), icon: <IconKeyboard size={size} aria-hidden />, run: onOpenHelp },
    {
      id: 'sign-out',
      label: t('signOut'),
      icon: <IconLogout size={size} aria-hidden />,
      run: () => signOut.mutate(),
    },
  ];
}
