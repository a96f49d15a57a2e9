import { itemSchema } from '@kindling/domain';
import { expect, test } from 'vitest';
import { readDemoFilms } from './demo-films.js';

const films = readDemoFilms();

test('there are 3,201 films, each a valid item with an id of its own', () => {
  expect(films.length).toBe(3_201);
  expect(new Set(films.map((film) => film.id)).size).toBe(3_201);
  for (const film of films) expect(itemSchema.safeParse(film).success).toBe(true);
});

test('ids are the same at every start', () => {
  expect(readDemoFilms()).toEqual(films);
});

test('a number for a title and a missing title are mended', () => {
  expect(films.find((film) => film.id === '300-2007')?.title).toBe('300');
  expect(films.filter((film) => film.title.startsWith('Untitled film')).length).toBe(1);
});

test('a film of the last century whose year was read as 20xx is put back, and none is from the future', () => {
  const years = films.map((film) => Number(film.attributes.year));
  expect(Math.max(...years)).toBeLessThanOrEqual(2_011);
  expect(films.find((film) => film.title === 'The Birth of a Nation')?.attributes.year).toBe(1_915);
});

test('genre and creative type are categories, so that science fiction can be asked for', () => {
  expect(films.filter((film) => film.categories.includes('Science Fiction')).length).toBe(243);
});
