/** Branded ids: an `ItemId` never passes for a `ProfileId`, though both are strings at run time. */
declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

export type CatalogueId = Branded<string, 'CatalogueId'>;
/** The caller's own id of an item, unique inside one catalogue. */
export type ItemId = Branded<string, 'ItemId'>;
/** The caller's own pseudonymous id of a person or device, unique inside one catalogue. */
export type ProfileId = Branded<string, 'ProfileId'>;
/** The caller's own id of an event; the same id has one effect. */
export type EventId = Branded<string, 'EventId'>;
export type RecommendationId = Branded<string, 'RecommendationId'>;
/** Identity of an encoder's output: name, revision, dimensions and pooling. Vectors of two models never meet. */
export type ModelId = Branded<string, 'ModelId'>;
/** Our own number of an item: unique over all catalogues, stable, below 2^53. The key of indexes and logs. */
export type ItemNumber = Branded<number, 'ItemNumber'>;

export const catalogueId = (id: string) => id as CatalogueId;
export const itemId = (id: string) => id as ItemId;
export const profileId = (id: string) => id as ProfileId;
export const eventId = (id: string) => id as EventId;
export const recommendationId = (id: string) => id as RecommendationId;
export const modelId = (id: string) => id as ModelId;
export const itemNumber = (number: number) => number as ItemNumber;
