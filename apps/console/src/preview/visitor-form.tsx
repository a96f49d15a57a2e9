'use client';
import { ActionIcon, Button, Select, TagsInput, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Panel } from '@/design/panel';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { LikedItems } from './liked-items';
import type { AttributePair, Visitor } from './visitor';
import styles from './visitor-form.module.css';

const placementsQuery = graphql(`
  query Placements {
    placements { key name kind }
  }
`);

export type VisitorChange = {
  [Field in keyof Visitor]?: Visitor[Field] extends readonly (infer Entry)[] ? Entry[] : Visitor[Field];
};

/** Describes a visitor: someone real by their id, or someone imagined by what they like. */
export function VisitorForm(props: {
  readonly visitor: Visitor;
  readonly onChange: (change: VisitorChange) => void;
}) {
  const t = useTranslations('preview');
  const { visitor, onChange } = props;
  const placements = useQuery({
    queryKey: ['placements'],
    queryFn: async ({ signal }) => (await request(placementsQuery, undefined, signal)).placements,
    staleTime: 300_000,
  });
  const personal = (placements.data ?? []).filter(({ kind }) => kind === 'PERSONAL');
  const setAttribute = (index: number, pair: AttributePair) =>
    onChange({ attributes: visitor.attributes.map((old, at) => (at === index ? pair : old)) });

  return (
    <Panel title={t('visitor')} note={t('visitorNote')}>
      <div className={styles.fields}>
        <TagsInput
          label={t('interests')}
          description={t('interestsNote')}
          placeholder={visitor.interests.length === 0 ? t('interestsPlaceholder') : ''}
          value={[...visitor.interests]}
          onChange={(interests) => onChange({ interests })}
          splitChars={['\n', ';']}
          acceptValueOnBlur
          clearable={false}
          data-page-search
        />
        <LikedItems ids={visitor.liked} onChange={(liked) => onChange({ liked })} />
        <TextInput
          label={t('profile')}
          description={t('profileNote')}
          value={visitor.profile}
          onChange={(event) => onChange({ profile: event.currentTarget.value })}
          autoComplete="off"
          spellCheck={false}
        />
        <fieldset className={styles.attributes}>
          <legend>{t('attributes')}</legend>
          {visitor.attributes.map(([name, value], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
            <div key={index} className={styles.attribute}>
              <TextInput
                aria-label={t('attributeName')}
                placeholder={t('attributeName')}
                value={name}
                onChange={(event) => setAttribute(index, [event.currentTarget.value, value])}
              />
              <TextInput
                aria-label={t('attributeValue')}
                placeholder={t('attributeValue')}
                value={value}
                onChange={(event) => setAttribute(index, [name, event.currentTarget.value])}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size={34}
                aria-label={t('removeAttribute')}
                onClick={() => onChange({ attributes: visitor.attributes.filter((_, at) => at !== index) })}
              >
                <IconX size={16} />
              </ActionIcon>
            </div>
          ))}
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => onChange({ attributes: [...visitor.attributes, ['', '']] })}
          >
            {t('addAttribute')}
          </Button>
        </fieldset>
        {personal.length > 1 ? (
          <Select
            label={t('placement')}
            data={personal.map(({ key, name }) => ({ value: key, label: name }))}
            value={visitor.placement}
            allowDeselect={false}
            onChange={(placement) => placement !== null && onChange({ placement })}
          />
        ) : null}
        <Button
          variant="default"
          onClick={() => onChange({ interests: [], liked: [], profile: '', attributes: [] })}
          disabled={
            visitor.interests.length + visitor.liked.length + visitor.attributes.length === 0 &&
            visitor.profile === ''
          }
        >
          {t('reset')}
        </Button>
      </div>
    </Panel>
  );
}
