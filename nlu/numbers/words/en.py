"""English."""

from nlu.numbers.words.table import Words

WORDS = Words(
    units={
        0: "zero oh nought naught zeroe nil null aught ought",
        1: "one",
        2: "two",
        3: "three",
        4: "four",
        5: "five fife",
        6: "six sics sicks",
        7: "seven",
        8: "eight",
        9: "nine niner",
    },
    nouns={
        0: "zeros zeroes ohs noughts",
        1: "ones",
        2: "twos",
        3: "threes",
        4: "fours",
        5: "fives",
        6: "sixes sixs",
        7: "sevens",
        8: "eights",
        9: "nines",
    },
    teens={
        10: "ten",
        11: "eleven",
        12: "twelve",
        13: "thirteen",
        14: "fourteen forteen",
        15: "fifteen",
        16: "sixteen",
        17: "seventeen",
        18: "eighteen",
        19: "nineteen ninteen",
    },
    tens={
        20: "twenty",
        30: "thirty",
        40: "forty fourty",
        50: "fifty",
        60: "sixty",
        70: "seventy",
        80: "eighty",
        90: "ninety ninty",
    },
    fused={},
    hundreds={},
    hundred="hundred hundreds hundert",
    hundred_of_units=False,
    thousand="thousand thousands",
    million="million millions",
    slips={
        0: "o",
        1: "won wan wun",
        2: "to too tu tow",
        3: "tree free thee",
        4: "for fore fur faw",
        5: "hive",
        6: "sex sick",
        8: "ate hate ait",
        9: "nein mine",
    },
    repeats={
        2: "double dbl doubled",
        3: "triple treble tripple",
        4: "quadruple quad",
        5: "quintuple",
    },
    times="times",
    letters={
        "C": "cee",
        "D": "dee",
        "F": "eff ef",
        "G": "gee",
        "H": "aitch haitch",
        "J": "jay",
        "K": "kay",
        "L": "el ell elle",
        "M": "em",
        "N": "en",
        "Q": "queue cue",
        "R": "ar",
        "S": "ess",
        "T": "tee",
        "V": "vee",
        "W": "double_u double_you double_yu doubleu doubleyou",
        "X": "ex",
        "Y": "wye",
        "Z": "zed zee",
        "B": "bee",
        "P": "pee",
    },
    shy_letters={
        "A": "ay eh a",
        "B": "be",
        "C": "see sea",
        "I": "eye aye i",
        "P": "pea",
        "R": "are r",
        "T": "tea",
        "U": "you ewe u",
        "Y": "why y",
        "N": "n",
        "K": "k",
    },
    names=(
        "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike "
        "november oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu "
        "x_ray"
    ),
    like="as_in as_for like is_in as is_for in_as",
    fillers=(
        "uh um umm er erm eh hmm hm mm mhm ah so well ok okay yes yeah yep right please sure certainly "
        "absolutely alright then next and the a an it's its it is that's thats that was be dash hyphen "
        "minus slash space dot point full stop comma period hash pound number numbers nr num digit digits "
        "letter letters capital uppercase case upper lower big small followed by plus also starts begins "
        "with at end finally mister madam sir ends i'm im like just here"
    ),
    phrases=(
        "would_be will_be should_be must_be can_be might_be to_be that'll_be it'll_be it'd_be that'd_be "
        "of_course no_problem got_it and_then followed_by at_the_end this_one that_one the_one "
        "which_one starts_with begins_with you_know let_me_see let's_see it_is that_is and_it's and_that's "
        "one_moment one_second for_you for_me to_you to_me have_to got_to want_to need_to like_to "
        "trying_to going_to"
    ),
    cues="order orders code reference ref parcel package no policy invoice tracking shipment delivery",
    phones="phone telephone mobile cell tel call ring cellphone landline",
    elsewhere="postcode postcodes post_code postal_code zip zip_code zipcode",
    measures=(
        "pounds pound quid gbp dollars dollar bucks usd euro euros eur pence cents percent days day weeks "
        "week months month years year hours hour minutes minute mins min seconds items item pieces piece "
        "pcs parcels packages boxes box things products kilos kilo kg grams metres meters cm mm km miles "
        "litres liters people pairs pair shirts shoes am pm oclock orders january february march april "
        "june july august september october november december st nd rd th digit digits characters"
    ),
    wrong=(
        "no nope sorry actually wait oops rather correction pardon but apologies scratch_that make_that "
        "no_no no_wait no_sorry my_mistake my_bad excuse_me hang_on hold_on strike_that not_that i_lied "
        "it_should_be should_be let_me_correct"
    ),
    again="i_mean meaning i_meant i_repeat repeat again that_is_to_say in_other_words i_say or",
    afresh=(
        "start_over start_again from_the_start from_the_top let_me_start_again let_me_start_over once_more"
    ),
    instead="not instead_of rather_than",
    last=(
        "the_last_one the_last_digit the_last_number the_final_digit last_one last_digit the_last "
        "last_number final_digit last"
    ),
    first="the_first_one the_first_digit the_first_number first_one first_digit first_number the_first first",
    all_of="all",
    hours="at in since until till by before after around",
    idioms="fifty_fifty one_on_one two_by_two",
    months=(
        "january february march april may june july august september october november december jan feb mar "
        "apr jun jul aug sept sep oct nov dec"
    ),
)
