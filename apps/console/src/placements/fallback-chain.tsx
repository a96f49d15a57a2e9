'use client';
import { ActionIcon, NativeSelect, Select } from '@mantine/core';
import { IconFlame, IconGripVertical, IconX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { type DragEvent, useState } from 'react';
import styles from './fallback-chain.module.css';
import { movedLink } from './placement-draft';

const dragType = 'application/x-kindling-chain';
const mostLinks = 5;

/** What answers after the strategy itself, in order: dragged, or moved to a position; popularity comes last, always. */
export function FallbackChain(props: {
  readonly strategyKey: string;
  readonly fallback: readonly string[];
  readonly strategies: readonly { readonly key: string; readonly name: string }[];
  readonly error: string | null;
  readonly may: boolean;
  readonly onChange: (fallback: readonly string[]) => void;
}) {
  const t = useTranslations('placements');
  const { fallback, strategies, may } = props;
  const [over, setOver] = useState<number | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [said, setSaid] = useState('');
  const nameOf = (key: string) => strategies.find((one) => one.key === key)?.name ?? key;
  const move = (from: number, to: number) => {
    const link = fallback[from];
    if (link === undefined || from === to) return;
    props.onChange(movedLink(fallback, from, to));
    setSaid(t('moved', { name: nameOf(link), position: to + 1, count: fallback.length }));
  };
  const accept = (event: DragEvent, index: number) => {
    if (!event.dataTransfer.types.includes(dragType)) return;
    event.preventDefault();
    setOver(index);
  };
  const free = strategies.filter(({ key }) => key !== props.strategyKey && !fallback.includes(key));
  return (
    <div>
      <ol className={styles.chain} aria-label={t('chain')}>
        <li className={styles.link} data-fixed="true">
          <span className={styles.position}>1</span>
          <span className={styles.name}>{nameOf(props.strategyKey)}</span>
          <span className={styles.note}>{t('first')}</span>
        </li>
        {fallback.map((key, index) => (
          <li
            key={key}
            className={styles.link}
            data-over={over === index && dragged !== index}
            data-dragged={dragged === index}
            onDragEnter={(event) => accept(event, index)}
            onDragOver={(event) => accept(event, index)}
            onDragLeave={() => setOver(null)}
            onDrop={(event) => {
              event.preventDefault();
              setOver(null);
              move(Number(event.dataTransfer.getData(dragType)), index);
            }}
          >
            <span className={styles.position}>{index + 2}</span>
            {may ? (
              // For a pointer only: the position beside it is the same for everybody.
              <span
                className={styles.grip}
                aria-hidden
                draggable
                title={t('drag')}
                onDragStart={(event) => {
                  event.dataTransfer.setData(dragType, String(index));
                  event.dataTransfer.effectAllowed = 'move';
                  setDragged(index);
                }}
                onDragEnd={() => setDragged(null)}
              >
                <IconGripVertical size={16} />
              </span>
            ) : null}
            <span className={styles.name}>{nameOf(key)}</span>
            {may ? (
              <span className={styles.tools}>
                {fallback.length < 2 ? null : (
                  <NativeSelect
                    size="xs"
                    aria-label={t('positionOf', { name: nameOf(key) })}
                    value={String(index)}
                    data={fallback.map((_, at) => ({
                      value: String(at),
                      label: t('moveTo', { position: at + 2 }),
                    }))}
                    onChange={(event) => move(index, Number(event.currentTarget.value))}
                  />
                )}
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={30}
                  aria-label={t('removeLink', { name: nameOf(key) })}
                  onClick={() => props.onChange(fallback.toSpliced(index, 1))}
                >
                  <IconX size={16} />
                </ActionIcon>
              </span>
            ) : null}
          </li>
        ))}
        <li className={styles.link} data-fixed="true">
          <span className={styles.position}>{fallback.length + 2}</span>
          <IconFlame size={16} aria-hidden />
          <span className={styles.name}>{t('popularity')}</span>
          <span className={styles.note}>{t('last')}</span>
        </li>
      </ol>
      {props.error === null ? null : (
        <p className={styles.error} role="alert">
          {props.error}
        </p>
      )}
      {may && free.length > 0 && fallback.length < mostLinks ? (
        <Select
          mt="sm"
          maw={360}
          aria-label={t('addLink')}
          placeholder={t('addLink')}
          data={free.map(({ key, name }) => ({ value: key, label: name }))}
          value={null}
          searchable
          onChange={(key) => {
            if (key !== null) props.onChange([...fallback, key]);
          }}
        />
      ) : null}
      <p className="visually-hidden" aria-live="polite">
        {said}
      </p>
    </div>
  );
}
