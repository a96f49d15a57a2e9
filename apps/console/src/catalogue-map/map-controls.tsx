'use client';
import { ActionIcon, Tooltip } from '@mantine/core';
import {
  IconFocusCentered,
  IconHandMove,
  IconLasso,
  IconMinus,
  IconPlus,
  IconSelectAll,
} from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import styles from './map-canvas.module.css';

export type MapTool = 'lasso' | 'move';

/** What the pointer does on the map, and every movement of it as a button. */
export function MapControls(props: {
  readonly tool: MapTool;
  readonly onTool: (tool: MapTool) => void;
  readonly onZoom: (factor: number) => void;
  readonly onWhole: () => void;
  readonly onSelectView: () => void;
}) {
  const t = useTranslations('map');
  const button = (label: string, icon: ReactNode, onClick: () => void, pressed?: boolean) => (
    <Tooltip label={label} position="left">
      <ActionIcon
        size={32}
        variant={pressed === true ? 'filled' : 'default'}
        aria-label={label}
        aria-pressed={pressed}
        onClick={onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <div className={styles.controls} role="toolbar" aria-label={t('controls')} aria-orientation="vertical">
      {button(t('lasso'), <IconLasso size={18} />, () => props.onTool('lasso'), props.tool === 'lasso')}
      {button(t('move'), <IconHandMove size={18} />, () => props.onTool('move'), props.tool === 'move')}
      {button(t('zoomIn'), <IconPlus size={18} />, () => props.onZoom(1.6))}
      {button(t('zoomOut'), <IconMinus size={18} />, () => props.onZoom(1 / 1.6))}
      {button(t('whole'), <IconFocusCentered size={18} />, props.onWhole)}
      {button(t('selectView'), <IconSelectAll size={18} />, props.onSelectView)}
    </div>
  );
}
