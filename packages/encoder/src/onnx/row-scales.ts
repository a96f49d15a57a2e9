import { nodeField, type OnnxGraph, type OnnxNode, type OnnxTensor, readOnnx } from './onnx-graph.js';

/**
 * Dynamically quantised exports measure ONE activation scale over a whole batch (DynamicQuantizeLinear), so a
 * text's vector depends on the texts it happens to be batched with, and one large activation coarsens all rows.
 * This rewrite gives each token row a scale of its own:
 *
 *     row scale = max |x| / 127,  q = round(x / row scale) + 128,  y = (q W) * weight scales * row scale
 *
 * The weights stay as they are. A text then gets the same vector alone and in any batch, and vectors come closer
 * to those of the float model (measured in the README, with the cost). Returns null when the graph is not quantised
 * this way throughout; the caller then runs one text at a time to keep the same promise.
 */
export function withRowScales(bytes: Uint8Array): Uint8Array | null {
  const graph = readOnnx(bytes);
  const consumers = new Map<string, OnnxNode[]>();
  for (const { node } of graph.nodes) {
    for (const input of node.inputs) consumers.set(input, [...(consumers.get(input) ?? []), node]);
  }
  const replaced = new Set<OnnxNode>();
  const replacements = new Map<OnnxNode, OnnxNode[]>();
  for (const { node } of graph.nodes) {
    if (node.operator !== 'DynamicQuantizeLinear') continue;
    const products = findProducts(graph, node, consumers);
    if (products === null) return null;
    replacements.set(node, [...quantiseRows(node, opsetOf(graph)), ...products.flatMap((p) => p.nodes)]);
    for (const old of [node, ...products.flatMap((product) => product.old)]) replaced.add(old);
  }
  if (replacements.size === 0) return null;
  const nodes = graph.nodes.flatMap(({ node, raw }) => {
    const instead = replacements.get(node);
    if (instead) return instead.map(nodeField);
    return replaced.has(node) ? [] : [raw];
  });
  const used = opsetOf(graph) >= 18 ? [...constants, axes] : constants;
  return graph.rebuild(nodes, used, { domain: contrib, version: 1 });
}

const contrib = 'com.microsoft';
const one = 'kindling/one';
const middle = 'kindling/middle';
const perStep = 'kindling/per-step';
const smallest = 'kindling/smallest';
const lastAxis = 'kindling/last-axis';
const constants: readonly OnnxTensor[] = [
  { name: one, type: 'float32', dims: [], data: Float32Array.of(1) },
  { name: middle, type: 'uint8', dims: [], data: Uint8Array.of(128) },
  { name: perStep, type: 'float32', dims: [], data: Float32Array.of(1 / 127) },
  // A row of zeros must not divide by zero.
  { name: smallest, type: 'float32', dims: [], data: Float32Array.of(1e-12) },
];
/** Since operator set 18 the axes of a reduction are an input; before, an attribute. */
const axes: OnnxTensor = { name: lastAxis, type: 'int64', dims: [1], data: BigInt64Array.of(-1n) };

function opsetOf(graph: OnnxGraph): number {
  return graph.opsets.get('') ?? graph.opsets.get('ai.onnx') ?? 0;
}

function quantiseRows({ inputs, outputs }: OnnxNode, opset: number): OnnxNode[] {
  const x = inputs[0] ?? '';
  const q = outputs[0] ?? '';
  const reduced: Omit<OnnxNode, 'operator' | 'outputs'> =
    opset >= 18 ? { inputs: [`${q}/abs`, lastAxis] } : { inputs: [`${q}/abs`], attributes: { axes: [-1] } };
  return [
    { operator: 'Abs', inputs: [x], outputs: [`${q}/abs`] },
    { operator: 'ReduceMax', outputs: [`${q}/largest`], ...reduced },
    { operator: 'Max', inputs: [`${q}/largest`, smallest], outputs: [`${q}/positive`] },
    { operator: 'Mul', inputs: [`${q}/positive`, perStep], outputs: [rowScale(q)] },
    { operator: 'Div', inputs: [x, rowScale(q)], outputs: [`${q}/steps`] },
    { operator: 'QuantizeLinear', inputs: [`${q}/steps`, one, middle], outputs: [q] },
  ];
}

function rowScale(quantised: string): string {
  return `${quantised}/row-scale`;
}

interface Product {
  readonly nodes: readonly OnnxNode[];
  readonly old: readonly OnnxNode[];
}

/** Each use of the quantised rows must be: MatMulInteger → Cast → Mul by (activation scale * weight scales). */
function findProducts(
  graph: OnnxGraph,
  quantise: OnnxNode,
  consumers: ReadonlyMap<string, readonly OnnxNode[]>,
): Product[] | null {
  const [q = '', scale = '', zeroPoint = ''] = quantise.outputs;
  const scaleUses = new Set(consumers.get(scale) ?? []);
  const products: Product[] = [];
  for (const multiply of consumers.get(q) ?? []) {
    const weights = multiply.inputs[1] ?? '';
    const isProduct =
      multiply.operator === 'MatMulInteger' &&
      multiply.inputs[0] === q &&
      multiply.inputs[2] === zeroPoint &&
      graph.initializers.has(weights);
    const cast = only(consumers.get(multiply.outputs[0] ?? ''), 'Cast');
    const rescale = only(consumers.get(cast?.outputs[0] ?? ''), 'Mul');
    const scales = [...scaleUses].find(({ outputs }) => rescale?.inputs.includes(outputs[0] ?? ''));
    const weightScales = scales?.inputs.find((input) => input !== scale);
    if (!isProduct || !cast || !rescale || !scales || scales.operator !== 'Mul') return null;
    if (weightScales === undefined || !graph.initializers.has(weightScales)) return null;
    const output = rescale.outputs[0] ?? '';
    scaleUses.delete(scales);
    products.push({
      nodes: [
        {
          operator: 'MatMulIntegerToFloat',
          domain: contrib,
          inputs: [q, weights, one, weightScales, middle, ...multiply.inputs.slice(3)],
          outputs: [`${output}/in-steps`],
        },
        { operator: 'Mul', inputs: [`${output}/in-steps`, rowScale(q)], outputs: [output] },
      ],
      old: [multiply, cast, rescale, scales],
    });
  }
  // A scale or zero point that something else reads as well would lose its producer.
  const zeroPointUses = consumers.get(zeroPoint)?.length ?? 0;
  return scaleUses.size === 0 && zeroPointUses === products.length ? products : null;
}

function only(nodes: readonly OnnxNode[] | undefined, operator: string): OnnxNode | undefined {
  return nodes?.length === 1 && nodes[0]?.operator === operator ? nodes[0] : undefined;
}
