import { seededRandom } from '@kindling/domain';

const words =
  `adventure ancient android artist battle beach bicycle bold breakfast bright camera canvas carbon cast castle cello
  ceramic chef chocolate city classic climate coastal colour comedy compact concert cotton crime dance daring detective
  director documentary dragon drama durable election electric elegant empire engine family fast festival fighter film
  floral forest freedom friendship galaxy garden genre glass goalkeeper guitar handmade harbour headphones hero history
  hospital hotel humour indie island jazz journey kingdom kitchen laptop leather legend lightweight linen lovers lunar
  market marriage memory midnight minimal mountain music mystery noise novel ocean office opera organic orchestra painter
  parliament pilot planet player portable president prison quiet rebellion recipe recycled rescue restaurant river robot
  romance sailor satire school science secret series shirt shoes silver singer sister sneakers soldier space speaker
  sport spy star stone storm story studio summer surgeon survival teacher thriller traveller treasure vampire vintage
  violin waterproof wedding western wilderness winter wireless wool writer zombie`.split(/\s+/);

/** Generated texts: how long they are, in words, and why that is typical, is told in the report. */
export const textDistribution =
  'seeded (sfc32, seed "embed"); words drawn from a list of 150 English catalogue words; length log-normal with a median of 57 words and sigma 0.5, cut to 4 to 170 words: title plus a few sentences, about 64 tokens on average';

export function benchTexts(count: number): string[] {
  const random = seededRandom('embed');
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: count }, () => {
    const length = Math.min(170, Math.max(4, Math.round(57 * Math.exp(0.5 * normal()))));
    return Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(' ');
  });
}
