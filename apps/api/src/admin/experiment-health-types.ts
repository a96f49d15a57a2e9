import type { ExperimentResults, ExperimentStatus } from '@kindling/experiments';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { ArmAdviceObject, ArmUnitsObject, HiddenEnum } from './experiment-result-types.js';
import { ExperimentStatusEnum } from './experiment-types.js';

@ObjectType('ExperimentHealth', {
  simpleResolvers: true,
  description: 'How an experiment stands that runs, or that was stopped and waits for a decision.',
})
export class ExperimentHealthObject {
  @Field(() => String)
  key!: string;
  @Field(() => String)
  name!: string;
  @Field(() => Int, { description: 'The newest that was started; there may be a draft of a later one.' })
  version!: number;
  @Field(() => ExperimentStatusEnum)
  status!: ExperimentStatus;
  @Field(() => Float, { description: 'Until now, or until it was stopped.' })
  daysRun!: number;
  @Field(() => HiddenEnum, { nullable: true, description: 'Why no lift is shown.' })
  hidden!: ExperimentResults['hidden'];
  @Field(() => Date, { nullable: true, description: 'When a fixed horizon is read.' })
  readsAt!: Date | null;
  @Field(() => [ArmUnitsObject])
  units!: readonly ArmUnitsObject[];
  @Field(() => [ArmAdviceObject])
  advice!: readonly ArmAdviceObject[];
  @Field(() => Boolean, {
    description:
      'It was stopped, or the advice on an arm is to ship it, to test it or to roll it back; under a fixed horizon not before its end, but for harm.',
  })
  needsDecision!: boolean;
}
