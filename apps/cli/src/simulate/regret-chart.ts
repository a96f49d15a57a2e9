import type { PolicyComparison, PolicyResult } from './compare-policies.js';

const width = 800;
const height = 400;
const frame = { left: 64, right: 596, top: 76, bottom: 344 };

const names: Readonly<Record<PolicyResult['policy'], string>> = {
  thompson: 'Kindling (Thompson)',
  greedy: 'greedy',
  uniform: 'by chance',
  oracle: 'oracle',
};

/** The regret curves as an SVG that reads on light and on dark ground, and says in words what it shows. */
export function regretChart({ settings, impressions, policies }: PolicyComparison): string {
  const most = Math.max(1, ...policies.flatMap(({ regret }) => regret));
  const step = niceStep(most / 4);
  const top = Math.ceil(most / step) * step;
  const last = Math.max(1, impressions.at(-1) ?? 1);
  const x = (n: number) => frame.left + (n / last) * (frame.right - frame.left);
  const y = (clicks: number) => frame.bottom - (clicks / top) * (frame.bottom - frame.top);
  const ends = spread(policies.map(({ regret }) => y(regret.at(-1) ?? 0)));
  const { seeds, newItems, impressionsPerDay, processes } = settings;
  const worlds = seeds.length === 1 ? 'one world' : `mean of ${seeds.length} worlds`;
  const about = `${newItems} new items, ${impressionsPerDay} impressions a day, ${processes} API processes, ${worlds}`;
  const described = policies
    .map(({ policy, regret }) => `${names[policy]} ${Math.round(regret.at(-1) ?? 0)}`)
    .join(', ');
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, n) => n * step);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t d" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif">
  <title id="t">Regret of showing new items</title>
  <desc id="d">Clicks lost against an oracle that knows every click rate, by impressions of new items (${about}). After ${last} impressions: ${described}.</desc>
  <style>
    .ground{fill:#fff}.text{font-size:13px;fill:#44403c}.title{font-size:15px;font-weight:650;fill:#1c1917}
    .grid{stroke:#e7e5e4}.line{fill:none;stroke-width:2.25;stroke-linejoin:round}
    .thompson{stroke:#c2410c}.greedy{stroke:#0369a1;stroke-dasharray:7 4}.uniform{stroke:#57534e;stroke-dasharray:2 4}.oracle{stroke:#15803d}
    @media (prefers-color-scheme:dark){
      .ground{fill:#1c1917}.text{fill:#d6d3d1}.title{fill:#fafaf9}.grid{stroke:#44403c}
      .thompson{stroke:#fb923c}.greedy{stroke:#7dd3fc}.uniform{stroke:#a8a29e}.oracle{stroke:#86efac}
    }
  </style>
  <rect class="ground" width="${width}" height="${height}" rx="12"/>
  <text class="title" x="24" y="28">Clicks lost against an oracle</text>
  <text class="text" x="24" y="46">${about}</text>
${ticks.map((tick) => `  <path class="grid" d="M${frame.left} ${round(y(tick))}H${frame.right}"/><text class="text" x="${frame.left - 8}" y="${round(y(tick) + 4)}" text-anchor="end">${tick}</text>`).join('\n')}
${[0, 0.5, 1].map((part) => `  <text class="text" x="${round(x(part * last))}" y="${frame.bottom + 20}" text-anchor="middle">${Math.round(part * last)}</text>`).join('\n')}
  <text class="text" x="${(frame.left + frame.right) / 2}" y="${frame.bottom + 42}" text-anchor="middle">impressions of new items</text>
${policies.map(({ policy, regret }, n) => `  <path class="line ${policy}" d="${path(impressions.map((at, index) => [x(at), y(regret[index] ?? 0)]))}"/><text class="text" x="${frame.right + 8}" y="${round((ends[n] ?? 0) + 4)}">${names[policy]} ${Math.round(regret.at(-1) ?? 0)}</text>`).join('\n')}
</svg>
`;
}

const round = (value: number) => Number(value.toFixed(1));

const path = (points: readonly (readonly [number, number])[]) =>
  points.map(([x, y], n) => `${n === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');

/** 1, 2 or 5 times a power of ten, not below `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return Math.max(1, ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power);
}

const labelHeight = 17;

/** Heights of labels, moved down as far as they must so that none covers another, and kept in the frame. */
function spread(heights: readonly number[]): number[] {
  const order = heights.map((height, index) => ({ height, index })).sort((a, b) => a.height - b.height);
  const placed: number[] = [];
  let free = Number.NEGATIVE_INFINITY;
  for (const [rank, { height, index }] of order.entries()) {
    const lowest = frame.bottom - (order.length - 1 - rank) * labelHeight;
    placed[index] = Math.min(Math.max(height, free), lowest);
    free = (placed[index] ?? 0) + labelHeight;
  }
  return placed;
}
