import { listJobs } from '@kindling/storage';
import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { JobObject } from './job-types.js';
import { pageSize } from './page-size.js';

@Resolver()
export class JobResolver {
  @Query(() => [JobObject], { description: 'Jobs of all kinds, the newest first.' })
  @Requires({ role: 'viewer', cost: () => 5 })
  async jobs(
    @Arg('open', () => Boolean, { description: 'True: those that wait or run. False: those that are over.' })
    open: boolean,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('before', () => Date, {
      nullable: true,
      description: 'createdAt of the last one of the page before.',
    })
    before: Date | null | undefined,
    @Ctx() { services, catalogue }: RequestContext,
  ): Promise<JobObject[]> {
    return [
      ...(await listJobs(services.pool, catalogue, {
        open,
        first: pageSize(first, 100),
        before: before ?? null,
      })),
    ];
  }
}
