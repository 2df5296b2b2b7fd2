"""Groups of words that mean the same, and pairs of groups that mean the opposite. Plain data, English.

Only common words of reports are listed, irregular forms by their base. A group that is missing costs certainty; a wrong
one would let a false sentence pass, so a group holds only what can stand for each other in nearly every sentence.
"""

from __future__ import annotations

SAME = """
    increase rise grow climb raise jump surge soar gain /
    decrease decline fall drop reduce reduction shrink cut lower sink slump plunge lose /
    begin began begun start launch commence / end finish conclude complete completed / stop halt cease /
    resume restart / withdraw drop abandon / equalise equalize level / build built construct construction erect /
    make made produce production manufacture /
    create establish establishment founded founder founding formation form /
    buy bought purchase acquire acquisition takeover / sell sold sale / pay paid spend spent cost /
    win won victory beat defeat triumph / lose lost loss /
    show demonstrate reveal indicate find found finding discover discovery /
    say tell state remark declare announce announcement report / allow permit let enable /
    forbid ban prohibit bar outlaw / help assist aid support back /
    need require requirement necessary essential vital crucial / use utilise utilize usage / big large huge great /
    small little tiny / fast quick rapid speedy swift / speed accelerate quicken hasten /
    slow delay postpone defer / important significant key major central main principal /
    lead leader led head headed run direct chair / choose chose chosen select selection pick elect election /
    approve approval endorse adopt / reject refuse dismiss decline denial / sign signature signing ink /
    agree agreement deal accord pact contract treaty /
    cooperate cooperation collaborate collaboration partner partnership work joint jointly together team /
    study research investigate investigation examine examination analyse analysis / researcher scientist academic /
    look seek sought search / plan intend intention aim propose proposal goal purpose objective target meant /
    try tried attempt effort / get obtain receive gain secure / give gave given provide supply deliver offer /
    send sent dispatch ship / move moved relocate relocation transfer / show display exhibit exhibition present /
    open opened inaugurate inauguration / close closed shut closure / keep kept retain maintain continue remain /
    change alter modify modification switch / hit strike struck / damage harm hurt injure injury /
    kill killed death die died dead fatal / ill sick illness disease / treat treatment therapy / cure heal /
    doctor physician clinician / drug medicine medication / patient sufferer / hospital clinic /
    child children kid / employee worker staff personnel workforce / company firm business corporation enterprise /
    factory plant / shop store retailer / customer client shopper buyer / price cost charge fee /
    money fund funding finance cash / profit earnings / revenue turnover sales / house home housing residence /
    live reside resident inhabitant / street road / car vehicle automobile / plane aircraft aeroplane airplane jet /
    ship vessel boat / rain rainfall / storm gale / snow snowfall / flood flooding inundate / warn warning alert /
    weather meteorological / forecast predict prediction expect expectation / heat hot / cold chilly /
    court tribunal / law legislation statute act / rule ruling verdict decision judgment decide decided /
    sue lawsuit suit / lawyer attorney counsel barrister / sentence jail prison imprison / crime offence offense /
    guilty convict conviction / fine penalty / police officers / vote ballot poll / government administration /
    country nation state / world global globe worldwide international internationally /
    town city municipal municipality / area region district zone / year annual annually yearly / month monthly /
    week weekly / day daily / yearly annual / match game fixture / team side squad club / player footballer /
    goal score scored / coach manager trainer / season campaign / champion championship title / trophy cup /
    runner athlete / attend attendance spectator crowd audience visitor / pupil student /
    teach taught teacher instructor / university college / learn learnt / teenager adolescent /
    agriculture agricultural farming / crop harvest / tree forest woodland wood / river stream / sea ocean /
    fish fishing / energy power electricity / solar sun / battery accumulator / train rail railway /
    trip journey travel voyage / passenger traveller traveler commuter / telescope observatory / spacecraft probe /
    moon lunar / earth terrestrial / carry transport bring brought / hold held host stage / join joined /
    leave left depart departure quit / arrive arrival reach / replace replacement substitute /
    repair fix mend restore restoration renovate renovation refurbish / destroy demolish wreck ruin /
    protect protection safeguard preserve preservation conserve conservation / measure gauge measurement /
    test trial / check inspect inspection / develop development /
    improve improvement better enhance boost strengthen / worsen worse deteriorate weaken /
    expand expansion widen extend extension broaden enlarge / limit restrict restriction cap /
    include contain comprise encompass / consist made / cause trigger prompt bring / result outcome /
    reason motive / suggest hint / believe think thought / view opinion / idea notion /
    criticise criticize criticism / praise applaud welcome / worry concern fear / ask request /
    answer reply respond response / meet met meeting / talk discussion discuss negotiation negotiate /
    call name dub label describe describe consider / describe description / write wrote written author /
    book novel / paint painting painter picture / film movie / music musical / concert performance perform /
    museum gallery / old ancient / new novel / former previous ex / first initial / last final /
    current present now / often frequent frequently / rare rarely seldom / almost nearly /
    about roughly approximately around / whole entire full complete / part portion share section /
    amount quantity volume / number count / weight weigh / length long / width wide / height tall high /
    depth deep / distance far / near nearby / safe safety secure / danger dangerous risk hazardous hazard /
    strong powerful potent / rich wealthy / easy simple / hard difficult tough / clear obvious / different differ /
    similar alike / same identical / own possess belong / donate donation donor / people person human / man men /
    woman women / shareholder investor / invest investment / loan lend lent / tax levy /
    trade commerce commercial commercialisation commercialization / advert advertise advertising /
    digital electronic / software program programme / phone telephone / website site / internet online web /
    data information / attack assault raid / army troops military / war conflict / weapon arm / rocket launcher /
    fire blaze / accident crash collision / victim casualty / rescue save saved / survive survivor /
    evacuate evacuation / happen occur take place / appear emerge / vanish disappear /
    detect spot observe observation identify / count tally / cover span / link connect connection connected /
    split divide / combine merge merger / average mean / bridge gateway / hospitalise hospitalize /
    scheme project initiative undertaking / site location place spot venue /
    base based headquarter headquarters seat located / tiredness fatigue / seaside coast coastal shore /
    innovation innovative / japan japanese / recently lately / quickly rapidly /
    again renewed anew reaffirm reconfirm / appoint appointment name / resign resignation step quit /
    promote promotion / retire retirement / hire recruit recruitment / fire sack dismiss redundancy layoff /
    strike walkout / protest demonstration / tourist visitor / drink beverage / cheap inexpensive /
    expensive costly / double twice / grant award / prize award / publish publication release issue /
    newspaper paper journal / journalist reporter / tell inform / overturn quash reverse annul /
    uphold upheld confirm / claim allege accuse / admit confess acknowledge / lawful legal / illegal unlawful
"""
"""Groups between slashes."""

OPPOSITE = """
    increase rise grow climb gain expand raise jump surge soar : decrease decline fall drop reduce shrink cut
    lower lose sink plunge slump / accelerate speed hasten quicken : slow delay cancel postpone halt /
    begin start launch open commence continue resume : end finish stop cancel halt close cease conclude abandon
    suspend /
    approve accept adopt pass back support endorse welcome : reject refuse oppose dismiss block decline criticise
    veto condemn / win won victory : lose lost defeat / buy purchase : sell /
    allow permit enable legalise : forbid ban prohibit bar prevent block outlaw /
    succeed success successful : fail failure unsuccessful / more most above exceed : less fewer least below /
    before earlier prior : after later / north northern northward : south southern southward /
    east eastern eastward : west western westward / all every each always : some few never none sometimes /
    high higher highest : low lower lowest / large larger largest big bigger biggest : small smaller smallest /
    long longer longest : short shorter shortest / old older oldest : young younger youngest new newer newest /
    early earlier earliest : late later latest / first : last / fast faster fastest : slow slower slowest /
    hot warm hotter warmer hottest warmest heat : cold cool colder cooler coldest coolest /
    strong stronger strongest strengthen : weak weaker weakest weaken /
    improve better best strengthen enhance : worsen worse worst weaken deteriorate / import : export /
    arrive reach enter join : leave depart quit / remember : forget /
    create build construct establish found : destroy demolish abolish dissolve dismantle / open reopen : close shut /
    add include : remove exclude / cause : prevent /
    confirm uphold upheld admit : deny overturn refute quash annul / guilty convict : innocent acquit /
    hire recruit appoint elect : fire dismiss sack oust /
    deepen intensify widen broaden expand : narrow restrict limit / safe : dangerous unsafe /
    legal lawful : illegal unlawful / public : private / male man men boy : female woman women girl /
    love like praise : hate dislike criticise / rich : poor / cheap cheaper cheapest : expensive dearer /
    easy easier : hard difficult harder / heavy heavier heaviest : light lighter lightest /
    near nearer nearest close : far farther farthest distant / inside indoor indoors : outside outdoor outdoors /
    top : bottom / front : back rear / left : right / up upward upwards : down downward downwards / full : empty /
    wet rainy : dry / day daytime : night nighttime / morning : evening afternoon / summer : winter /
    spring : autumn / alive live : dead / permanent : temporary /
    compulsory mandatory obligatory : voluntary optional / majority : minority / profit : loss / attack : defend /
    borrow : lend / teach : learn / give : take / send : receive / push : pull / gain : lose /
    vital essential crucial necessary : unnecessary optional superfluous /
    important significant : unimportant insignificant / common frequent frequently often : rare rarely seldom /
    possible likely : impossible unlikely / true : false / positive : negative / maximum : minimum /
    cautious : reckless / domestic national : foreign / former : current present / internal : external /
    local : global / manual : automatic / natural : artificial / ancient : modern / rural : urban /
    simple : complex complicated / same identical : different / with : without /
    agree agreement : disagree disagreement / appear : disappear vanish / trust : distrust / home : away /
    host : guest / pass : fail / married : divorced / optimistic confident hopeful : pessimistic /
    encourage promote support help foster : discourage hinder hamper / protect preserve : destroy endanger
"""
"""Two sides with a colon between them."""
