/**
 * Whole lines or sentences that say nothing about an item. Only complete matches are dropped: "Read more" goes,
 * "Read more poetry this year" stays.
 */
const phrases = new Set(
  `read more
learn more
see more
show more
show less
find out more
click here
click here for more
click here to read more
continue reading
buy now
shop now
order now
order today
add to cart
add to basket
add to bag
add to wishlist
view details
view product
back to top
all rights reserved
terms and conditions apply
terms apply
subscribe to our newsletter
sign up for our newsletter
follow us
follow us on facebook
follow us on instagram
share this
share on facebook
share on twitter
accept cookies
accept all cookies
cookie policy
privacy policy
terms of service
advertisement
立即购买
立即抢购
加入购物车
查看更多
了解更多
查看详情
点击查看
点击查看更多
阅读全文
阅读更多
展开全文
版权所有
关注我们`.split('\n'),
);

/** Cookie and copyright notices come with names and years in them. Anchored at both ends and without nested repeats. */
const notices = [
  /^(this|our) (web ?site|site|store|shop|page) uses cookies\b.*$/,
  /^we (and our partners )?use cookies\b.*$/,
  /^by (using|continuing to use|browsing) (this|our) (web ?site|site|store|shop)\b.*\b(cookies|agree|accept)\b.*$/,
  /^(©|\(c\)|copyright)( ©| \(c\))? ?\d{4}\b.*$/,
  /^.{0,80}\ball rights reserved$/,
  /^本(网站|站)使用 ?cookie.*$/,
];

/** Whether a line or sentence, as it stands between its neighbours, is boilerplate. */
export function isBoilerplate(sentence: string): boolean {
  const plain = sentence.toLowerCase().replace(/^[\s\p{Pd}»›→>*•·[\]|]+|[\s.!…»›→>*•·[\]|:。！]+$/gu, '');
  return phrases.has(plain) || notices.some((notice) => notice.test(plain));
}
