'use client';
import { IconFileUnknown } from '@tabler/icons-react';
import { Empty } from '@/design/empty';
import { Panel } from '@/design/panel';
import { EditorHead } from './editor-head';

/** An address names something that is not there. */
export function EditorMissing(props: {
  readonly backHref: string;
  readonly back: string;
  readonly name: string;
  readonly title: string;
  readonly text: string;
}) {
  return (
    <>
      <EditorHead backHref={props.backHref} back={props.back} title={props.name} about="" />
      <Panel>
        <Empty icon={<IconFileUnknown size={24} />} title={props.title} text={props.text} />
      </Panel>
    </>
  );
}
