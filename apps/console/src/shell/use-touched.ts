'use client';
import { useEffect, useState } from 'react';

/** Whether somebody has moved a pointer or pressed a key since the console was opened. */
export function useTouched(): boolean {
  const [touched, setTouched] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const touch = () => {
      stop.abort();
      setTouched(true);
    };
    for (const event of ['pointermove', 'pointerdown', 'keydown']) {
      const options = { signal: stop.signal, passive: true };
      window.addEventListener(event, touch, options);
    }
    return () => stop.abort();
  }, []);
  return touched;
}
