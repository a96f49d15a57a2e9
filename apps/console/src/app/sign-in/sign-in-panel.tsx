'use client';
import { useRouter } from 'next/navigation';
import { ProviderSignIn } from '@/session/provider-sign-in';
import { SignInForm } from '@/session/sign-in-form';
import { SignInProblem } from '@/session/sign-in-problem';

export function SignInPanel(props: { readonly returnTo: string; readonly problem: string | null }) {
  const router = useRouter();
  return (
    <>
      <SignInProblem problem={props.problem} />
      <SignInForm onSignedIn={() => router.replace(props.returnTo)} />
      <ProviderSignIn returnTo={props.returnTo} />
    </>
  );
}
