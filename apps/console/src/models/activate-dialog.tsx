'use client';
import { useTranslations } from 'next-intl';
import { ReasonDialog } from '@/design/reason-dialog';
import type { Failure } from '@/graphql/failure';
import type { Model } from './use-models';

/** Makes a version serve. One that did not pass its gate needs a reason: it is a person's word against the gate's. */
export function ActivateDialog(props: {
  readonly model: Model;
  readonly opened: boolean;
  readonly pending: boolean;
  readonly failure: Failure | null;
  readonly onConfirm: (reason: string | null) => void;
  readonly onClose: () => void;
}) {
  const t = useTranslations('models');
  const { number, gate } = props.model;
  return (
    <ReasonDialog
      opened={props.opened}
      title={t('activateTitle', { number })}
      text={t(`activateText.${gate.verdict}`)}
      action={t('activate')}
      required={gate.verdict !== 'PASSED'}
      danger={gate.verdict === 'FAILED'}
      pending={props.pending}
      failure={props.failure}
      onConfirm={(reason) => props.onConfirm(reason === '' ? null : reason)}
      onClose={props.onClose}
    />
  );
}
