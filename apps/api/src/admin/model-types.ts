import type { JsonObject } from '@kindling/domain';
import {
  gateVerdicts,
  type ModelGate,
  type ModelInterval,
  type ModelSlice,
  type ModelStatus,
  type ModelVersion,
  modelSlices,
  modelStatuses,
} from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../public/item-type.js';

export const ModelStatusEnum = enumOf(modelStatuses);
registerEnumType(ModelStatusEnum, {
  name: 'ModelStatus',
  description: 'READY never served yet, ACTIVE serves, RETIRED served once.',
});
export const ModelSliceEnum = enumOf(modelSlices);
registerEnumType(ModelSliceEnum, { name: 'ModelSlice', description: 'A split that models are judged on.' });
export const GateVerdictEnum = enumOf(gateVerdicts);
registerEnumType(GateVerdictEnum, {
  name: 'GateVerdict',
  description: 'UNDECIDED: too few people to tell; such a model becomes active by itself only where none is.',
});

@ObjectType('Interval', { simpleResolvers: true, description: 'A mean over people and its 95 % interval.' })
export class IntervalObject {
  @Field(() => Float)
  mean!: number;
  @Field(() => Float)
  low!: number;
  @Field(() => Float)
  high!: number;
}

@ObjectType('ModelMetric', { simpleResolvers: true })
export class ModelMetricObject {
  @Field(() => String, { description: 'Such as ndcg@20.' })
  name!: string;
  @Field(() => IntervalObject)
  value!: ModelInterval;
  @Field(() => IntervalObject, {
    nullable: true,
    description:
      'Of the parameters of the model that served then, trained on the same split; null without one.',
  })
  active!: ModelInterval | null;
  @Field(() => IntervalObject, { nullable: true, description: 'Without a trained model.' })
  untrained!: ModelInterval | null;
}

@ObjectType('BaselineMetric', { simpleResolvers: true })
export class BaselineMetricObject {
  @Field(() => String, { description: 'Such as ndcg@20.' })
  name!: string;
  @Field(() => IntervalObject)
  value!: ModelInterval;
}

@ObjectType('BaselineMetrics', { simpleResolvers: true })
export class BaselineMetricsObject {
  @Field(() => String, { description: 'Such as popularity or item-kNN.' })
  method!: string;
  @Field(() => [BaselineMetricObject])
  metrics!: readonly BaselineMetricObject[];
}

@ObjectType('ModelSliceMetrics', {
  simpleResolvers: true,
  description: 'The same people for all that is compared.',
})
export class ModelSliceMetricsObject {
  @Field(() => ModelSliceEnum)
  slice!: ModelSlice;
  @Field(() => Int)
  people!: number;
  @Field(() => [ModelMetricObject])
  metrics!: readonly ModelMetricObject[];
  @Field(() => [BaselineMetricsObject], {
    description: 'What could be used in its place, where startTraining asked for baselines.',
  })
  baselines!: readonly BaselineMetricsObject[];
}

@ObjectType('ModelGateSlice', { simpleResolvers: true })
export class ModelGateSliceObject {
  @Field(() => ModelSliceEnum)
  slice!: ModelSlice;
  @Field(() => Int)
  people!: number;
  @Field(() => IntervalObject, {
    nullable: true,
    description: 'New minus old, paired by person; null when it could not be judged.',
  })
  difference!: ModelInterval | null;
  @Field(() => GateVerdictEnum)
  verdict!: ModelGate['verdict'];
}

@ObjectType('ModelGate', {
  simpleResolvers: true,
  description: 'Whether the model is no worse than what served when it was trained.',
})
export class ModelGateObject {
  @Field(() => GateVerdictEnum)
  verdict!: ModelGate['verdict'];
  @Field(() => String)
  metric!: string;
  @Field(() => Float, { description: "The lower end of the difference's interval may be this far below 0." })
  margin!: number;
  @Field(() => Int, { description: 'A slice of fewer people is not judged.' })
  leastPeople!: number;
  @Field(() => ID, { nullable: true, description: 'What it was held against; null: against no model.' })
  activeModelId!: string | null;
  @Field(() => [ModelGateSliceObject])
  slices!: readonly ModelGateSliceObject[];
}

@ObjectType('ModelDropped', { simpleResolvers: true })
export class ModelDroppedObject {
  @Field(() => String, { description: 'The rule of the cleaning.' })
  rule!: string;
  @Field(() => Float)
  events!: number;
}

@ObjectType('ModelData', { simpleResolvers: true, description: 'What the model was trained on.' })
export class ModelDataObject {
  @Field(() => Date, { nullable: true, description: 'The first event.' })
  from!: Date | null;
  @Field(() => Date, { nullable: true, description: 'The last event.' })
  to!: Date | null;
  @Field(() => Float, { description: 'As they were read.' })
  events!: number;
  @Field(() => [ModelDroppedObject], { description: 'What the cleaning left out.' })
  dropped!: readonly ModelDroppedObject[];
  @Field(() => Float, { description: 'Pairs of a profile and an item that were left.' })
  interactions!: number;
  @Field(() => Float)
  profiles!: number;
  @Field(() => Float)
  items!: number;
}

@ObjectType('ModelCost', { simpleResolvers: true })
export class ModelCostObject {
  @Field(() => Float)
  durationMs!: number;
  @Field(() => Float)
  cpuSeconds!: number;
  @Field(() => Float)
  peakMemoryBytes!: number;
  @Field(() => Float, { description: 'An estimate: cpuSeconds times watts.' })
  energyJoules!: number;
  @Field(() => Float, { description: 'Power that a busy core was taken to draw.' })
  watts!: number;
}

@ObjectType('ModelArtefact', { simpleResolvers: true })
export class ModelArtefactObject {
  @Field(() => Float)
  bytes!: number;
  @Field(() => String)
  sha256!: string;
  @Field(() => Date, {
    nullable: true,
    description: 'When it was deleted to save room: the model cannot serve any more.',
  })
  droppedAt!: Date | null;
}

@ObjectType('Model', {
  simpleResolvers: true,
  description: 'A trained, evaluated version; it never changes.',
})
export class ModelObject {
  @Field(() => ID)
  id!: string;
  @Field(() => Int, { description: 'Counts from 1.' })
  number!: number;
  @Field(() => ID)
  runId!: string;
  @Field(() => ModelStatusEnum)
  status!: ModelStatus;
  @Field(() => ID, { nullable: true, description: 'The encoder whose vectors it was trained with.' })
  encoderModelId!: string | null;
  @Field(() => ModelDataObject)
  data!: ModelDataObject;
  @Field(() => GraphQLJSONObject, { description: 'What the training chose.' })
  parameters!: JsonObject;
  @Field(() => [ModelSliceMetricsObject])
  metrics!: readonly ModelSliceMetricsObject[];
  @Field(() => ModelGateObject)
  gate!: ModelGateObject;
  @Field(() => ModelCostObject)
  cost!: ModelCostObject;
  @Field(() => ModelArtefactObject)
  artefact!: ModelArtefactObject;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => Date, { nullable: true, description: 'Of the last time that it became the serving one.' })
  activatedAt!: Date | null;
  @Field(() => String, { nullable: true })
  activatedBy!: string | null;
  @Field(() => String, { nullable: true })
  activationReason!: string | null;
}

export const modelObject = (version: ModelVersion): ModelObject => ({
  ...version,
  data: { ...version.data, from: dateOf(version.data.from), to: dateOf(version.data.to) },
  metrics: version.metrics.map(({ slice, people, metrics, active, untrained, baselines }) => ({
    slice,
    people,
    metrics: Object.entries(metrics).map(([name, value]) => ({
      name,
      value,
      active: active?.[name] ?? null,
      untrained: untrained[name] ?? null,
    })),
    baselines: baselines.map(({ method, metrics }) => ({
      method,
      metrics: Object.entries(metrics).map(([name, value]) => ({ name, value })),
    })),
  })),
  cost: version,
});

const dateOf = (text: string | null) => (text === null ? null : new Date(text));
