"""The effect scenes as people look for them: by kind, under names that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

OTHERS: Final = "Other"
"""Where scenes go that fal has added since."""
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    name: tuple(scenes.split())
    for name, scenes in {
        "People together": (
            "hug hug_pro kiss kiss_pro heart_gesture heart_gesture_pro heart_gesture_1 cheers_2026 "
            "fight_pro hug_from_past girlfriend boyfriend siblings marry_me jesus_hug"
        ),
        "Moods and faces": (
            "memory_alive media_interview inner_voice guess_what cry_cry pucker_up "
            "expression_challenge thumbs_up_pro surprise_bouquet bouquet_drop squeeze_scream "
            "lie_flat emoji overdrive"
        ),
        "Dance": (
            "drunk_dance daoma_dance bouncy_dance smooth_sailing_dance heart_gesture_dance poping "
            "motorcycle_dance subject_3_dance ghost_step_dance jazz_jazz swing_swing swish_swish"
        ),
        "Sport and action": (
            "jumpdrop running_man running skateskate martial_arts let's_ride snowboarding baseball "
            "korean_baseball trampoline trampoline_night ski_ski splashsplash surfsurf gun_shot "
            "double_gun rocketrocket fly_fly flyer"
        ),
        "Squash, melt and burst": (
            "squish expansion fuzzyfuzzy bloombloom dizzydizzy jelly_press jelly_slice "
            "jelly_squish jelly_jiggle pixelpixel mushroom watermelon_bomb wig_out felt_felt "
            "plushcut wool_curly smoke_smoke"
        ),
        "Transform": (
            "anime_figure disappear nezha pure_white_wings black_wings golden_wing pink_pink_wings "
            "fairy_wing angel_wing dark_wing instant_kid construction_worker luminous_elf "
            "woodland_elf venomous_spider throne_of_king long_hair piggy_morph magic_cloak "
            "magic_broom magic_fireball lightning_power rampage_ape guardian_spirit "
            "building_sweater phantom_jewel"
        ),
        "Style": (
            "yearbook instant_film day_to_night a_list_look glamour_photo_shoot 3d_cartoon_1_pro "
            "3d_cartoon_2 c4d_cartoon_pro japanese_anime_1 american_comics mythic_style steampunk "
            "cozy_toon_wrap gallery_ring"
        ),
        "Camera and cinema": (
            "bullet_time bullet_time_360 bullet_time_lite zoom_out countdown_teleport "
            "building_collapse car_explosion eagle_snatch shark_alert snatched boss_coming "
            "office_escape_plow dollar_rain dollar_rain_pro box_of_joy balloon_parade dishwasher"
        ),
        "Christmas and winter": (
            "instant_christmas santa_random_surprise magic_match_tree my_santa_pic santa_gift "
            "santa_gifts santa_hug santa_express particle_santa_surround steampunk_christmas "
            "snowglobe christmas_photo_shoot ornament_crash coronation_of_frost spark_in_the_snow "
            "scarlet_and_snow jumping_ginger_joy"
        ),
        "New year": (
            "firework firework_2026 first_toast_of_the_year new_year_greeting lion_dance "
            "prosperity great_success golden_horse_fortune red_packet_box lucky_horse_year "
            "lucky_red_packet lucky_money_come"
        ),
        "Halloween": (
            "witch_transform vampire_transform pumpkin_head_transform demon_transform "
            "mummy_transform zombie_transform cute_pumpkin_transform cute_ghost_transform "
            "knock_knock_halloween halloween_escape"
        ),
        "Birthdays and feasts": (
            "birthday_star happy_birthday celebration lantern_glow feed_mooncake"
        ),
        "Pets and animals": (
            "pet_lion_pro pet_bee pet_bee_pro pet_chinese_opera pet_moto_rider muscle_pet "
            "pet_delivery pet_chef pet_wizard pet_warrior pet_dance drunk_dance_pet lion_dance_pet "
            "dumpling_making_pet fish_making_pet pet_red_packet tiger_hug tiger_hug_pro "
            "polar_bear_hug brown_bear_hug"
        ),
    }.items()
}
"""Each scene once, in the order in which they are shown."""
TWO_PEOPLE: Final = ("left person", "right person")
"""Whom the pictures show where a scene needs two, in their order."""
_GROUP_OF: Final = {each: name for name, scenes in GROUPS.items() for each in scenes}
_SPELT: Final = {
    "3d": "3D",
    "c4d": "C4D",
    "poping": "Popping",
    "subject_3_dance": "Subject 3 dance",
}


def group_of(scene: str) -> str:
    """Its heading; one that nobody has sorted yet is among the others."""
    return _GROUP_OF.get(scene, OTHERS)


def grouped(scenes: Iterable[str]) -> dict[str, list[str]]:
    """Those that an endpoint takes, by heading; empty headings are left out."""
    given = set(scenes)
    found = {name: [each for each in those if each in given] for name, those in GROUPS.items()}
    found[OTHERS] = sorted(given - set(_GROUP_OF))
    return {name: those for name, those in found.items() if those}


def scene_name(scene: str) -> str:
    """A scene of fal's as people read it: ``jelly_press`` is Jelly press."""
    if scene in _SPELT:
        return _SPELT[scene]
    plain = scene.removesuffix("_pro")
    words = " ".join(_SPELT.get(each, each) for each in plain.split("_"))
    return words[:1].upper() + words[1:] + " (Pro)" * (plain != scene)
