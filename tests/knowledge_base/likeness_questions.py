"""Questions that no article answers: each inner list asks the same thing, those in `ALONE` ask it once."""

GROUPS = {
    "en": [
        [
            "do you do gift wrapping",
            "can you gift wrap it?",
            "is gift wrapping available and what does it cost",
        ],
        [
            "do you recycle old fridges",
            "will you take away my old fridge",
            "can the driver take the old fridge back",
        ],
        ["can I bring my dog into the shop", "are dogs allowed in your store?", "is your shop dog friendly"],
        ["do you offer student discount", "is there a discount for students", "student discount??"],
        [
            "can you install the washing machine",
            "do you offer washing machine installation",
            "who will connect the washing machine, do you install it",
        ],
        [
            "do you sell second hand laptops",
            "any used laptops for sale",
            "refurbished laptops, do you have them",
        ],
        ["can i pay with bitcoin", "do you take crypto like bitcoin?", "is paying in bitcoin possible"],
        ["do you have parking", "is there parking at your shop", "where can I park near the store"],
    ],
    "pl": [
        ["czy pakujecie na prezent", "Czy można zapakować na prezent?", "ile kosztuje pakowanie na prezent"],
        [
            "czy zabieracie starą lodówkę",
            "zabierzecie stara lodowke przy dostawie?",
            "odbieracie starą lodówkę jak przywozicie nową",
        ],
        ["czy mogę wejść z psem", "Czy do sklepu można przyjść z psem?", "wpuszczacie z psem do sklepu"],
        ["macie zniżkę dla studentów?", "czy jest znizka studencka", "zniżka dla studenta jest?"],
        ["czy montujecie pralki", "podłączycie mi pralkę?", "czy w cenie jest montaż pralki"],
        [
            "sprzedajecie używane laptopy?",
            "czy macie laptopy poleasingowe albo używane",
            "uzywany laptop kupie u was?",
        ],
        ["czy można płacić bitcoinem", "Przyjmujecie bitcoiny?", "płatność bitcoin możliwa?"],
        ["jest u was parking?", "czy przy sklepie jest parking", "gdzie mogę zaparkować pod sklepem"],
    ],
    "cs": [
        ["balíte dárky?", "Je možné zabalit jako dárek?", "kolik stojí dárkové balení"],
        [
            "odvezete starou ledničku?",
            "vezmete si starou lednicku zpet",
            "berete starou ledničku při dovozu nové",
        ],
        ["můžu k vám se psem?", "Smí se do obchodu se psem?", "je vstup se psem povolen"],
        ["máte slevu pro studenty?", "je studentska sleva", "Dáváte studentům slevu?"],
        ["zapojíte mi pračku?", "děláte zapojení pračky", "je v ceně zapojeni pracky"],
        [
            "prodáváte použité notebooky?",
            "mate repasovane nebo pouzite notebooky",
            "použitý notebook se dá koupit?",
        ],
        ["jde platit bitcoinem?", "Berete bitcoiny?", "platba bitcoinem možná?"],
        ["máte parkoviště?", "je u obchodu parkoviste", "kde se dá u obchodu zaparkovat"],
    ],
}
ALONE = {
    "en": [
        "what's the weather like",
        "can you write my essay",
        "who is your CEO",
        "how heavy is the oak table",
        "does this kettle work in the US",
        "my neighbour is noisy",
        "do you print photos",
        "is the lamp dimmable",
    ],
    "pl": [
        "jaka jutro pogoda",
        "napisz mi wypracowanie",
        "kto jest prezesem",
        "ile waży stół dębowy",
        "czy ten czajnik zadziała w USA",
        "sąsiad hałasuje",
        "drukujecie zdjęcia?",
        "czy lampa jest ściemniana",
    ],
    "cs": [
        "jaké bude zítra počasí",
        "napiš mi slohovku",
        "kdo je ředitel",
        "kolik váží dubový stůl",
        "bude ta konvice fungovat v USA",
        "soused dělá hluk",
        "tisknete fotky?",
        "dá se ta lampa stmívat",
    ],
}
