/** Two crossed sticks and the flame above them. */
export function BrandMark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <defs>
        <linearGradient id="brand-flame" x1="0" y1="1" x2="0" y2="0">
          <stop offset="0" stopColor="#cb5120" />
          <stop offset="0.6" stopColor="#e88a3c" />
          <stop offset="1" stopColor="#f2c14e" />
        </linearGradient>
      </defs>
      <path
        d="M16.6 2.5c.9 4.2 6.9 6.9 6.9 13.1 0 4.4-3.3 7.4-7.5 7.4s-7.5-3-7.5-7.2c0-3 1.6-4.8 3-6.6.4 1.7 1.2 2.6 2.3 3.1-.4-3.7.6-7.3 2.8-9.8z"
        fill="url(#brand-flame)"
      />
      <path
        d="M16.2 13.4c.5 2 2.9 3 2.9 5.6 0 1.9-1.3 3.1-3.1 3.1s-3.1-1.2-3.1-3c0-2.3 2.3-3.2 3.3-5.7z"
        fill="#fff3d6"
      />
      <path
        d="M5.5 23.5 L26.5 28.5 M26.5 23.5 L5.5 28.5"
        stroke="currentColor"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
    </svg>
  );
}
