'use client';
import dynamic from 'next/dynamic';

/** The JSON field, loaded where a form has one: hardly any does. */
export const LazyJsonField = dynamic(() => import('./json-field').then((module) => module.JsonField));
