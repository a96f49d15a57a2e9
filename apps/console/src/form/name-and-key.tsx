'use client';
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { keyOfName } from './key-of-name';

/** The key of something new: made of its name until somebody types one. What is there already keeps its own. */
export function useOwnKey(typed: string, name: string, isNew: boolean) {
  const [hasOwn, setHasOwn] = useState(false);
  return {
    key: isNew && !hasOwn && typed === '' ? keyOfName(name) : typed,
    own: () => setHasOwn(true),
  };
}

/** What people call it and, while it is new, the key by which everything else does. */
export function NameAndKey(props: {
  readonly name: string;
  readonly nameLabel: string;
  readonly nameError: string | null | undefined;
  readonly onName: (name: string) => void;
  /** Null: it has one that stays. */
  readonly ownKey: string | null;
  readonly keyLabel: string;
  readonly keyHelp?: string;
  readonly keyError: string | null | undefined;
  readonly onKey: (key: string) => void;
}) {
  return (
    <>
      <TextInput
        label={props.nameLabel}
        withAsterisk
        maxLength={200}
        value={props.name}
        error={props.nameError}
        onChange={(event) => props.onName(event.currentTarget.value)}
      />
      {props.ownKey === null ? null : (
        <TextInput
          label={props.keyLabel}
          description={props.keyHelp}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          withAsterisk
          maxLength={63}
          spellCheck={false}
          autoComplete="off"
          value={props.ownKey}
          error={props.keyError}
          onChange={(event) => props.onKey(event.currentTarget.value)}
        />
      )}
    </>
  );
}
