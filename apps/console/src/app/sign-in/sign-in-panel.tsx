'use client';
import { useRouter } from 'next/navigation';
import { SignInForm } from '@/session/sign-in-form';

export function SignInPanel({ returnTo }: { readonly returnTo: string }) {
  const router = useRouter();
  return <SignInForm onSignedIn={() => router.replace(returnTo)} />;
}
