import type { GraphQLSchema } from 'graphql';
import { schemaOf } from '../schema-options.js';
import { EventResolver } from './event-resolver.js';
import { ItemResolver } from './item-resolver.js';
import { OnboardingResolver } from './onboarding-resolver.js';
import { PageResolver } from './page-resolver.js';
import { RecommendationResolver } from './recommendation-resolver.js';

/** The schema of /graphql: what a site or an app may ask. */
export const publicSchema = (): GraphQLSchema =>
  schemaOf([RecommendationResolver, PageResolver, OnboardingResolver, ItemResolver, EventResolver]);
